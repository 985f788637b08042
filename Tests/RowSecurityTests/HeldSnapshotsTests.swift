import Changes
import Postgres
import RowSecurity
import TestSupport
import Testing
import Topics

@testable import class RowSecurity.HeldSnapshots
@testable import struct RowSecurity.SeenTransactions

@Suite("Deleted rows are judged as they were before")
struct HeldSnapshotsTests {
    private static let byLookup =
        "CREATE POLICY p ON public.items USING (public.sees_item(id))"

    private static func delete(_ key: String, _ stage: RowStage) throws -> ChangedRow {
        try stage.change(.delete, "DELETE FROM public.items AS changed WHERE id = \(key)")
    }

    @Test("Without a snapshot a deletion is withheld, unless no rule has to be asked")
    func withheld() async throws {
        try await RowStage.with(Self.byLookup) { stage in
            let row = try Self.delete("1", stage)
            #expect(try !stage.sees(Caller(sub: People.first), row))
            #expect(stage.withheld("snapshot") == 1)
            #expect(try stage.sees(Caller(role: "service_role"), row))
        }
    }

    @Test("A rule that looks the row up finds it there")
    func lookup() async throws {
        try await RowStage.with(Self.byLookup) { stage in
            try stage.security.renewSnapshots()
            let row = try Self.delete("1", stage)
            #expect(try !stage.sees(Caller(role: "anon"), stage.update("2")))
            #expect(try stage.sees(Caller(sub: People.first), row))
            try stage.security.renewSnapshots()
            #expect(try stage.sees(Caller(sub: People.first), row))
            // Now the older of the two has gone as well.
            try stage.security.renewSnapshots()
            #expect(try !stage.sees(Caller(sub: People.first), row))
            #expect(stage.withheld("snapshot") == 1)
        }
    }

    @Test("Each deletion is judged in the newest snapshot that does not see it")
    func newest() async throws {
        try await RowStage.with(Self.byLookup) { stage in
            try stage.security.renewSnapshots()
            let first = try Self.delete("1", stage)
            try stage.administrator.execute(
                "INSERT INTO public.items (id, owner) VALUES (4, '\(People.third)')"
            )
            try stage.security.renewSnapshots()
            let second = try Self.delete("4", stage)
            let third = try Self.delete("2", stage)
            let questions = [People.first, People.second, People.third].map {
                RowQuestion(table: stage.table.oid, caller: Caller(sub: $0), rows: [0, 1, 2])
            }
            let answers = try stage.security.answer(questions, about: [first, second, third])
            #expect(answers[0].isVisible == [true, false, false])
            #expect(answers[1].isVisible == [true, false, true])
            #expect(answers[2].isVisible == [true, true, false])
            #expect(stage.roundCounts == [1])
        }
    }

    @Test("Nothing is held while nobody asks, and two transactions at most")
    func heldCount() async throws {
        try await RowStage.with { stage in
            func heldCount() throws -> Int64? {
                try stage.administrator.query(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE application_name = 'waypost snapshot' AND datname = current_database()
                    """
                ).integer(0, 0)
            }
            #expect(try heldCount() == 0)
            for _ in 0..<5 { try stage.security.renewSnapshots() }
            #expect(try heldCount() == 2)
            stage.security.dropSnapshots()
            #expect(try await eventually { try heldCount() == 0 })
        }
    }

    @Test("A snapshot whose connection was cut withholds, and is made anew")
    func cut() async throws {
        try await RowStage.with(Self.byLookup) { stage in
            for _ in 0..<2 { try stage.security.renewSnapshots() }
            let row = try Self.delete("1", stage)
            try stage.administrator.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = 'waypost snapshot' AND datname = current_database()
                """
            )
            let isWithheld = try await eventually {
                try !stage.sees(Caller(sub: People.first), row)
            }
            #expect(isWithheld)
            for _ in 0..<2 { try stage.security.renewSnapshots() }
            let second = try Self.delete("2", stage)
            #expect(try stage.sees(Caller(sub: People.second), second))
        }
    }

    @Test("A snapshot's text says what it sees")
    func texts() {
        let seen = SeenTransactions("10:20:12,15")
        #expect(seen.contain(9) && seen.contain(11) && seen.contain(19))
        #expect(!seen.contain(12) && !seen.contain(15) && !seen.contain(20) && !seen.contain(99))
        #expect(SeenTransactions("7:7:").contain(6) && !SeenTransactions("7:7:").contain(7))
        #expect(SeenTransactions("nonsense").contain(5))
    }
}
