import Foundation
import LoadScenarios

/// Where scenario files lie, and how they are found by name.
struct ScenarioFolder {
    let path: String

    /// A file as it was read.
    struct File {
        let name: String
        let text: String
    }

    /// The folder of the command line, or that of this checkout: below the folder that the command
    /// is run in, or below those that hold its binary.
    init(_ option: String?) throws(Unusable) {
        if let option {
            path = option
            return
        }
        let folders = ["loadtest/scenarios"] + OwnBinary.near("loadtest/scenarios")
        guard let found = folders.first(where: FileManager.default.fileExists) else {
            throw Unusable(
                "there is no folder loadtest/scenarios here: run it in the checkout, or name the "
                    + "folder with --scenarios"
            )
        }
        path = found
    }

    /// The names of all scenarios, sorted.
    var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return files.filter { $0.hasSuffix(Self.ending) }.map { String($0.dropLast(5)) }.sorted()
    }

    /// Reads a scenario's file, by name, or by path where that has a slash or ends in `.yaml`.
    func file(of scenario: String) throws(Unusable) -> File {
        let isPath = scenario.contains("/") || scenario.hasSuffix(Self.ending)
        let file = isPath ? scenario : path + "/" + scenario + Self.ending
        let last = scenario.split(separator: "/").last.map(String.init) ?? scenario
        let name = last.hasSuffix(Self.ending) ? String(last.dropLast(5)) : last
        if let data = FileManager.default.contents(atPath: file) {
            guard let text = String(data: data, encoding: .utf8) else {
                throw Unusable("\(file) is not UTF-8: write it anew in that encoding")
            }
            return File(name: name, text: text)
        }
        guard !isPath else { throw Unusable("there is no file \(file): give the path of one") }
        throw Unusable(
            "there is no scenario `\(scenario)` in \(path)"
                + NearWord.hint(scenario, among: names)
        )
    }

    private static let ending = ".yaml"
}
