import Foundation
import Postgres
import TestSupport
import Testing
import Tokens
import Wire

/// A topic family that nobody has thought of, on a running node: a table, a file, and no Swift.
@Suite(.timeLimit(.minutes(3))) struct NewFamilyTests {
    private static let note = "60000000-0000-4000-8000-000000000001"
    private static let file = """
        topic: notes:{note_id}
        parameters: { note_id: uuid }
        members:
          read: exists (select from public.notes n where n.id = note_id and n.owner = auth.uid())
        changes:
          - { table: notes, key: id, columns: { except: [draft] } }
        """

    @Test("A file for notes:{uuid} is applied, its topic joined, and its changes arrive")
    func notes() async throws {
        try await DevSupport.withFolder { folder in
            try Data(Self.file.utf8).write(to: URL(filePath: folder + "/notes.yaml"))
            let database = try await TestDatabase.make()
            let administrator = ["--database-dsn", database.superuserDSN]
            #expect(try await Command.run(["migrate"] + administrator).code == 0)
            let connection = try database.connect()
            try connection.execute(
                """
                create table public.notes (id uuid primary key, owner uuid, body text, draft text);
                grant select on public.notes to authenticated;
                insert into public.notes values ('\(Self.note)', '\(Serving.ana)', 'Milk', 'hush')
                """
            )
            let applied = try await Command.run(
                ["topics", "apply", "--folder", folder] + administrator
            )
            #expect(applied.code == 0, "\(applied.error)")
            try await Serving.with(database: database, ["--set", "topics.folder=\(folder)"]) {
                serving in
                let arguments = ["tail", "notes:\(Self.note)", "--url", serving.url, "--json"]
                let stranger = try Serving.token("b0000000-0000-4000-8000-000000000002")
                let refused = try await Command.run(arguments + ["--token", stranger])
                #expect(refused.code == 1)
                let tail = try Command(arguments + ["--token", try Serving.token()])
                defer { tail.send(SIGKILL) }
                _ = try await tail.errorLine("joined notes:")
                try connection.execute("update public.notes set body = 'Honey', draft = 'psst'")
                let line = try await tail.line(#""event":"UPDATE""#)
                let record = try JSON(parsing: Array(line.utf8))["payload"]?["payload"]?["record"]
                #expect(record?["body"] == .string("Honey"))
                #expect(!line.contains("hush") && !line.contains("psst"))
            }
        }
    }
}
