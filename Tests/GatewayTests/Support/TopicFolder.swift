import FoundationEssentials
import Postgres
import TestSupport
import TopicFiles
import TopicSchema
import Topics

@testable import Gateway

/// A folder of topic files of a test's own, and a table for them.
final class TopicFolder: Sendable {
    let path: String

    init(_ files: [String: String]) throws {
        path =
            FileManager.default.temporaryDirectory
            .appending(path: "waypost-topics-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false
        )
        for (name, text) in files { try write(name, text) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path + "/" + name), options: .atomic)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path + "/" + name)
    }

    /// Brings a database in step with the files, as `waypost topics apply` does.
    func apply(to database: TestDatabase) throws {
        let contract = try TopicFiles.read(folder: path)
        _ = try ContractSchema(contract).apply(on: try database.connect())
    }

    /// Boards with members of two classes.
    static let tables = """
        CREATE TABLE boards (id bigint PRIMARY KEY, name text, budget int, hidden text);
        CREATE TABLE board_members (
            board_id bigint, user_id uuid, class text, PRIMARY KEY (board_id, user_id)
        );
        GRANT SELECT ON boards, board_members TO authenticated;
        INSERT INTO boards VALUES (1, 'first', 10, 'x');
        INSERT INTO board_members VALUES
            (1, '\(Person.ana.rawValue)', 'editor'), (1, '\(Person.ben.rawValue)', 'viewer');
        """

    /// A file for them; the parts that tests change have a line each.
    static func board(
        columns: String = "{ viewer: { except: [budget, hidden] }, editor: { except: [hidden] } }",
        broadcast: String = "{ events: [cursor], max_bytes: 200 }",
        rest: String = ""
    ) -> String {
        """
        topic: board:{board_id}
        parameters: { board_id: bigint }
        members:
          read: >-
            exists (select from public.board_members m
            where m.board_id = board_id and m.user_id = public.rt_user_id())
          write: >-
            exists (select from public.board_members m
            where m.board_id = board_id and m.user_id = public.rt_user_id())
          class: >-
            (select m.class from public.board_members m
            where m.board_id = board_id and m.user_id = public.rt_user_id())
        changes:
          - table: boards
            key: id
            events: [INSERT, UPDATE]
            columns: \(columns)
        broadcast: \(broadcast)
        \(rest)
        """
    }
}
