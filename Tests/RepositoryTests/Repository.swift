import Foundation
import Testing

/// The checkout that these tests were built from, and its files.
struct Repository: Sendable {
    /// One text file.
    struct File: Sendable, CustomTestStringConvertible {
        /// Its path below the root, such as `Sources/Hub/Hub.swift`.
        let path: String
        let text: String
        /// Code and comments told apart; empty for other files than Swift's.
        let source: SwiftSource
        let words: [SwiftWord]

        init(path: String, text: String) {
            self.path = path
            self.text = text
            source = SwiftSource(path.hasSuffix(".swift") ? text : "")
            words = SwiftWord.all(of: source)
        }

        var name: String { path.split(separator: "/").last.map(String.init) ?? path }
        var folders: [Substring] { path.split(separator: "/").dropLast() }
        var testDescription: String { path }
    }

    let root: String

    /// The files that git tracks, or in a copy without git all but hidden and built ones.
    let paths: [String]

    private let texts: [String: File]

    static let present: Repository = Repository()

    private init() {
        let here = URL(filePath: #filePath).resolvingSymlinksInPath()
        let root = here.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        self.root = root
        paths = (Self.tracked(in: root) ?? Self.walked(in: root)).sorted()
        var texts: [String: File] = [:]
        for path in paths {
            // What was deleted since, and what is no text, is not there for the rules.
            let text = try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
            texts[path] = text.map { File(path: path, text: $0) }
        }
        self.texts = texts
    }

    /// The Swift files below a folder, such as `Sources`.
    func swiftFiles(under folder: String) -> [File] {
        files { $0.hasPrefix(folder + "/") && $0.hasSuffix(".swift") }
    }

    /// The text files whose paths are wanted.
    func files(where isWanted: (String) -> Bool) -> [File] {
        paths.filter(isWanted).compactMap { texts[$0] }
    }

    private static func tracked(in root: String) -> [String]? {
        let git = Process()
        git.executableURL = URL(filePath: "/usr/bin/env")
        // The checkout may belong to another user than the one who runs the tests.
        git.arguments = [
            "git", "-c", "safe.directory=*", "-C", root,
            "ls-files", "-z", "--cached", "--others", "--exclude-standard",
        ]
        let output = Pipe()
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        guard (try? git.run()) != nil else { return nil }
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        git.waitUntilExit()
        guard git.terminationStatus == 0, !bytes.isEmpty else { return nil }
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func walked(in root: String) -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: root) else { return [] }
        var paths: [String] = []
        for case let path as String in walk {
            let isHidden = path.split(separator: "/").contains { part in
                part.hasPrefix(".") && part != ".ci"
            }
            let isFile = walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular
            if !isHidden, isFile { paths.append(path) }
        }
        return paths
    }
}
