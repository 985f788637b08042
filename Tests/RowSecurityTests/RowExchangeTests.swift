import Changes
import Postgres
import RowSecurity
import TestSupport
import Testing
import Topics
import Wire

@Suite("What spoils an answer costs nobody else theirs")
struct RowExchangeTests {
    @Test("An error for one row withholds that row alone, and says which policy raised")
    func errors() async throws {
        try await RowStage.with(
            """
            CREATE POLICY "a fine" ON public.items USING (true);
            CREATE POLICY shaky ON public.items AS RESTRICTIVE USING (public.raises_for(id))
            """
        ) { stage in
            let rows = [try stage.update("1"), try stage.update("2"), try stage.update("3")]
            let questions = [People.first, People.second].map {
                RowQuestion(table: stage.table.oid, caller: Caller(sub: $0), rows: [0, 1, 2])
            }
            let answers = try stage.security.answer(questions, about: rows)
            for answer in answers { #expect(answer.isVisible == [true, false, true]) }
            #expect(stage.withheld("error") == 2)
            #expect(stage.failedRules == [["shaky", "public.items", "P0001"]])
        }
    }

    @Test("Claims that are no JSON or hold a NUL withhold for that caller alone")
    func claims() async throws {
        try await RowStage.with("CREATE POLICY p ON public.items USING (true)") { stage in
            let row = try stage.update("1")
            let callers = [
                Caller(role: "authenticated", claims: "no json"),
                Caller(role: "authenticated", claims: "{\"sub\": \"\0\"}"),
                Caller(role: "authenticated", claims: "{}", headers: "\0"),
                Caller(role: "authenticated", claims: "{\"sub\": \"'; DROP TABLE items; --\"}"),
            ]
            let answers = try stage.security.answer(
                callers.map { RowQuestion(table: stage.table.oid, caller: $0, rows: [0]) },
                about: [row]
            )
            #expect(answers.map { $0.isVisible[0] } == [false, false, false, true])
        }
    }

    @Test("A rule that takes forever for one withholds from that one alone, and not for long")
    func slowRule() async throws {
        try await RowStage.with(
            "CREATE POLICY p ON public.items USING (public.sleeps_for('\(People.second)'))",
            statementTimeout: .milliseconds(300)
        ) { stage in
            let row = try stage.update("1")
            let questions = People.many(50).map {
                RowQuestion(table: stage.table.oid, caller: Caller(sub: $0), rows: [0, 0])
            }
            let answers = try stage.security.answer(questions, about: [row])
            #expect(answers.filter { $0.isVisible == [true, true] }.count == 49)
            #expect(answers[1].isVisible == [false, false])
            let before = stage.roundCounts.reduce(0, +)
            let again = try stage.security.answer(questions, about: [row])
            #expect(again.filter { $0.isVisible == [true, true] }.count == 49)
            // It is not asked again for a while.
            #expect(stage.roundCounts.reduce(0, +) == before + 1)
        }
    }

    @Test("A rule that takes forever for all is given up after a few")
    func hopelessRule() async throws {
        try await RowStage.with(
            "CREATE POLICY p ON public.items USING (pg_sleep(30) IS NULL)",
            statementTimeout: .milliseconds(100)
        ) { stage in
            let row = try stage.update("1")
            let questions = People.many(200).map {
                RowQuestion(table: stage.table.oid, caller: Caller(sub: $0), rows: [0])
            }
            let answers = try stage.security.answer(questions, about: [row])
            #expect(answers.allSatisfy { $0.isVisible == [false] })
            #expect(stage.withheld("timeout") == 200)
            #expect(stage.roundCounts[0] <= 4)
        }
    }
}
