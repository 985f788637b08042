import Foundation
import Testing
import TopicFiles
import Topics

@Suite struct TopicFilesTests {
    private static func text(_ family: String) -> String {
        """
        topic: \(family):{id}
        parameters: { id: uuid }
        members: { read: "true" }
        """
    }

    /// Writes files into a folder of their own while the body runs.
    private func inFolder(
        _ files: [String: String],
        _ body: (String) throws -> Void
    ) throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "waypost-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        try body(folder.path)
    }

    @Test("All topic files of a folder are read, and nothing else")
    func folder() throws {
        let files = [
            "b.yaml": Self.text("b"), "a.yml": Self.text("a"), ".c.yaml": "[", "schema.json": "{",
            "010.sql": "select", "d.yaml~": "[",
        ]
        try inFolder(files) { folder in
            let contract = try TopicFiles.read(folder: folder)
            #expect(contract.families.map(\.name) == ["a", "b"])
            #expect(contract.families[0].place.description == "\(folder)/a.yml:1")
            #expect(try TopicFiles.texts(folder: folder + "/").map(\.text).count == 2)
        }
    }

    @Test("A folder without topic files has no families, one that is not there is refused")
    func empty() throws {
        try inFolder([:]) { folder in
            let contract = try TopicFiles.read(folder: folder)
            #expect(contract == TopicContract.none)
            let failure = #expect(throws: TopicFilesFailure.self) {
                try TopicFiles.read(folder: folder + "/gone")
            }
            #expect(failure?.description.hasPrefix("error: cannot read the folder") == true)
        }
    }

    @Test("What is wrong is told for all files at once")
    func allFiles() throws {
        let files = ["a.yaml": "topic: a", "b.yaml": "- ", "c.yaml": Self.text("c")]
        try inFolder(files) { folder in
            let failure = #expect(throws: TopicFilesFailure.self) {
                try TopicFiles.read(folder: folder)
            }
            let names = Set(failure?.problems.compactMap { $0.place?.file } ?? [])
            #expect(names == ["\(folder)/a.yaml", "\(folder)/b.yaml"])
        }
    }

    @Test("Two files of one family are refused, naming both")
    func doubled() {
        let texts = ["a.yaml", "b.yaml"].map { TopicFileText(name: $0, text: Self.text("trip")) }
        let failure = #expect(throws: TopicFilesFailure.self) {
            try TopicFiles.contract(of: texts)
        }
        #expect(failure?.problems.first?.place == SourcePlace(file: "b.yaml", line: 1))
        #expect(failure?.problems.first?.message.contains("a.yaml:1") == true)
    }

    @Test("Folders, devices, bytes that are no text and files that are too large are refused")
    func unreadable() throws {
        let large = String(repeating: "#", count: TopicFiles.fileByteCountMax + 1)
        try inFolder(["large.yaml": large]) { folder in
            try Data([0xFF, 0xFE, 0x00]).write(to: URL(filePath: folder + "/bytes.yaml"))
            try FileManager.default.createDirectory(
                atPath: folder + "/folder.yaml",
                withIntermediateDirectories: false
            )
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/zero.yaml",
                withDestinationPath: "/dev/zero"
            )
            let failure = #expect(throws: TopicFilesFailure.self) {
                try TopicFiles.read(folder: folder)
            }
            let told = failure?.problems.map { $0.description.dropFirst(folder.count + 1) } ?? []
            #expect(
                told == [
                    "bytes.yaml:1: error: is not UTF-8 text; save it as that",
                    "folder.yaml:1: error: cannot be read; is it a file, and yours to read?",
                    "large.yaml:1: error: is larger than 262144 bytes; a family has one file of "
                        + "its own",
                    "zero.yaml:1: error: cannot be read; is it a file, and yours to read?",
                ]
            )
        }
    }

    @Test("Too many files are refused")
    func count() throws {
        let names = (0...TopicFiles.fileCountMax).map { ("f\($0).yaml", Self.text("f\($0)")) }
        try inFolder(Dictionary(uniqueKeysWithValues: names)) { folder in
            let failure = #expect(throws: TopicFilesFailure.self) {
                try TopicFiles.read(folder: folder)
            }
            #expect(failure?.description.contains("has 257 topic files; 256 is the most") == true)
        }
    }
}
