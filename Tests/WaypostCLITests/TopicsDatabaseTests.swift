import Foundation
import Postgres
import TestSupport
import Testing

/// `waypost topics check`, `plan`, `apply` and `diff`, by the real binary.
@Suite(.timeLimit(.minutes(2))) struct TopicsDatabaseTests {
    private static let tables = """
        CREATE TABLE public.notes (id uuid PRIMARY KEY, title text, file_path text);
        GRANT SELECT ON public.notes TO authenticated;
        """

    private static func file(_ columns: String) -> String {
        """
        topic: notes:{note_id}
        parameters: { note_id: uuid }
        members:
          read: note_id = auth.uid()
        changes:
          - { table: notes, key: id, columns: \(columns) }
        """
    }

    private func withNotes(
        _ body: (_ folder: String, _ arguments: [String], _ database: TestDatabase) async throws
            -> Void
    ) async throws {
        let database = try await TestDatabase.make()
        defer { try? database.drop() }
        let dsn = ["--database-dsn", database.superuserDSN]
        #expect(try await Command.run(["migrate"] + dsn).code == 0)
        try database.connect().execute(Self.tables)
        try await DevSupport.withFolder { folder in
            try await body(folder, ["--folder", folder] + dsn, database)
        }
    }

    @Test("What is wrong is told by file and line with exit code 1, and nothing is applied")
    func wrong() async throws {
        try await withNotes { folder, arguments, _ in
            let path = folder + "/notes.yaml"
            try Data(Self.file("{ except: [titel] }").utf8).write(to: URL(filePath: path))
            let check = try await Command.run(["topics", "check"] + arguments)
            #expect(check.code == 1)
            #expect(
                check.standard == """
                    \(path):6: error: public.notes has no column titel
                    \(path):6: error: public.notes.file_path is secret and would be sent: \
                    except it in columns

                    """
            )
            #expect(check.error == "1 families: 2 errors, 0 warnings\n")
            let json = try await Command.run(["topics", "check", "--json"] + arguments)
            #expect(json.code == 1)
            #expect(json.standard.hasPrefix(#"{"problems":[{"file":"\#(path)","line":6,"#))
            let apply = try await Command.run(["topics", "apply"] + arguments)
            #expect(apply.code == 1 && apply.standard.isEmpty)
            #expect(apply.error.hasPrefix("\(path):6: error: "))
        }
    }

    @Test("plan prints, apply does, diff tells, and the second time there is nothing to do")
    func right() async throws {
        try await withNotes { folder, arguments, database in
            let path = folder + "/notes.yaml"
            try Data(Self.file("{ only: [id, title] }").utf8).write(to: URL(filePath: path))
            let missing = try await Command.run(["topics", "check"] + arguments)
            #expect(missing.code == 1)
            #expect(missing.standard.contains("run waypost topics apply"))
            let diff = try await Command.run(["topics", "diff"] + arguments)
            #expect(diff.code == 1)
            #expect(diff.standard.contains("make triggers of public.notes\n"))
            let plan = try await Command.run(["topics", "plan"] + arguments)
            let dry = try await Command.run(["topics", "apply", "--dry-run"] + arguments)
            #expect(plan.code == 0 && plan.standard == dry.standard)
            #expect(plan.standard.hasPrefix("begin;\n"))
            let apply = try await Command.run(["topics", "apply"] + arguments)
            #expect(apply.code == 0 && apply.standard == diff.standard)
            for command in [["check"], ["diff"], ["plan"]] {
                let answer = try await Command.run(["topics"] + command + arguments)
                #expect(answer.code == 0 && answer.standard.isEmpty, "\(command)")
            }
            let again = try await Command.run(["topics", "apply"] + arguments)
            #expect(again.standard == "nothing to do: the database is as the files want it\n")
            // Whoever serves sees the same.
            let login = ["--folder", folder, "--database-dsn", database.waypostDSN]
            #expect(try await Command.run(["topics", "check"] + login).code == 0)
        }
    }

    @Test("Without a database, a migration or a folder the reason is told")
    func without() async throws {
        let dsn = try await TestDatabase.make()
        let folder = ["--folder", "/nowhere"]
        let none = try await Command.run(["topics", "check"] + folder)
        #expect(none.code == 1 && none.error.contains("/nowhere"))
        try await DevSupport.withFolder { folder in
            let arguments = ["--folder", folder, "--database-dsn", dsn.superuserDSN]
            let empty = try await Command.run(["topics", "check"] + arguments)
            #expect(empty.code == 1 && empty.error.contains("run waypost migrate"))
            let options = try await Command.run(
                ["topics", "apply", "--lock-timeout", "0"] + arguments
            )
            #expect(options.code == 64)
        }
    }
}
