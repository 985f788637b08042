import Foundation
import Glibc
import TestSupport
import Testing
import WebSocketClient

/// Topic files of `waypost serve`: at its start, and on SIGHUP.
@Suite(.timeLimit(.minutes(2))) struct ServeTopicsTests {
    /// Makes a folder of files that is gone after `body`.
    private func with(
        _ files: [String: String],
        _ body: (String) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "waypost-serve-topics-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try write(name, text, folder.path) }
        try await body(folder.path)
    }

    private func write(_ name: String, _ text: String, _ folder: String) throws {
        try Data(text.utf8).write(to: URL(filePath: folder + "/" + name), options: .atomic)
    }

    private static let note = """
        topic: note:{id}
        parameters: { id: bigint }
        members: { read: "true" }
        """

    private static func arguments(_ folder: String, dsn: String) -> [String] {
        [
            "serve", "--host", "127.0.0.1", "--port", "0", "--set", "admin.port=0",
            "--set", "listen.loops=1", "--database-dsn", dsn, "--set", "topics.folder=\(folder)",
        ]
    }

    private static let environment = ["WAYPOST_TOKEN_SECRET": Serving.secret]

    @Test("Files that are wrong are all told, whatever the database is; exit code 2")
    func malformed() async throws {
        try await with(["a.yaml": "topic: 7\nwrong: 1\n", "b.yaml": "[1]\n"]) { folder in
            for check in [["--check"], []] {
                let end = try await Command.run(
                    Self.arguments(folder, dsn: "host=/nowhere") + check,
                    environment: Self.environment
                )
                #expect(end.code == 2)
                #expect(end.error.contains("a.yaml:2") && end.error.contains("b.yaml:1"))
            }
        }
    }

    @Test("A database that the files do not fit is not served; exit code 2 says what to do")
    func unfit() async throws {
        try await with(["note.yaml": Self.note]) { folder in
            try await TestDatabase.with(.demonstration) { database in
                let end = try await Command.run(
                    Self.arguments(folder, dsn: database.waypostDSN),
                    environment: Self.environment
                )
                #expect(end.code == 2)
                #expect(end.error.contains("note.yaml:") && end.error.contains("topics apply"))
            }
        }
    }

    @Test("SIGHUP has files read that nobody looks at otherwise, and ends nothing")
    func hangup() async throws {
        try await with([:]) { folder in
            let settings = ["topics.folder=\(folder)", "topics.look_seconds=3600"]
            try await Serving.with(settings.flatMap { ["--set", $0] }) { serving in
                let member = try serving.joined()
                try write("wrong.yaml", "topic: 7\nwrong: 1\n", folder)
                serving.command.send(SIGHUP)
                let line = try await serving.command.errorLine("TopicFileWrong")
                #expect(line.contains("wrong.yaml:"))
                _ = try await serving.command.errorLine("TopicsKept")
                #expect(try member.heartbeat(deadline: .now + Command.patience)?.isOK == true)
                serving.command.send(SIGTERM)
                #expect(try await serving.command.exitCode() == 0)
            }
        }
    }
}
