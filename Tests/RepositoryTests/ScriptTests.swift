import Foundation
import Testing

@Suite struct ScriptTests {
    private let repository = Repository.present

    @Test(
        "Scripts can be run and stop at the first error",
        arguments: [
            "scripts/up", "scripts/test", ".ci/run", "Fuzz/run", "Benchmarks/Budgets/growth",
        ]
    )
    func scripts(path: String) throws {
        let script = try #require(repository.files { $0 == path }.first, "\(path) is missing")
        #expect(FileManager.default.isExecutableFile(atPath: "\(repository.root)/\(path)"))
        #expect(script.text.hasPrefix("#!/usr/bin/env bash\n"))
        #expect(script.text.contains("\nset -euo pipefail\n"))
        #expect(try run("bash", "-n", "\(repository.root)/\(path)").status == 0)
    }

    @Test("scripts/test explains itself and refuses what it does not know")
    func testScript() throws {
        let script = "\(repository.root)/scripts/test"
        let help = try run(script, "--help")
        #expect(help.status == 0)
        #expect(help.output.contains("--filter PATTERN"))
        #expect(try run(script, "--no-such-option").status == 64)
        #expect(try run(script, "--filter").status == 64)
    }

    @Test("Test reports are summed over their suites")
    func reportSum() throws {
        let report = FileManager.default.temporaryDirectory
            .appending(path: "waypost-report-\(UUID().uuidString).xml")
        try """
        <testsuites>
          <testsuite name="A" errors="1" tests="38" failures="0" skipped="0" time="0.5">
            <testcase name="tests=&quot;1&quot;" />
          </testsuite><testsuite name="B" tests="4" skipped="2">
        """.write(to: report, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: report) }
        let common = "\(repository.root)/scripts/common.sh"
        for (attribute, sum) in [("tests", 42), ("errors", 1), ("skipped", 2), ("failures", 0)] {
            let command = ". '\(common)'; report_sum \(attribute) '\(report.path)'"
            #expect(try run("bash", "-euo", "pipefail", "-c", command).output == "\(sum)\n")
        }
        let missing = ". '\(common)'; report_sum tests /nowhere.xml"
        #expect(try run("bash", "-euo", "pipefail", "-c", missing).output == "0\n")
    }

    @Test(
        "Python packages of the tests are pinned to exact versions",
        arguments: ["scripts/python-packages.txt", "scripts/autobahn-packages.txt"]
    )
    func pinned(path: String) throws {
        let list = try #require(repository.files { $0 == path }.first)
        let lines = list.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count > 3)
        for line in lines { #expect(line.contains("=="), "\(line)") }
    }

    private func run(_ command: String...) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}
