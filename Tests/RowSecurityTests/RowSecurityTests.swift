import Changes
import Postgres
import RowSecurity
import TestSupport
import Testing
import Topics
import Wire

@Suite("Row security asks about many at once, each by itself")
struct RowSecurityTests {
    @Test("A thousand people and one change are one round trip, and each gets an own answer")
    func thousand() async throws {
        try await RowStage.with(
            "CREATE POLICY p ON public.items USING (owner = (SELECT auth.uid()))"
        ) { stage in
            let row = try stage.update("2")
            let questions = People.many(1_000).map {
                RowQuestion(table: stage.table.oid, caller: Caller(sub: $0), rows: [0])
            }
            _ = try stage.security.answer(questions, about: [row])
            let answers = try stage.security.answer(questions, about: [row])
            #expect(answers.filter { $0.isVisible == [true] }.count == 1)
            #expect(answers[1].isVisible == [true])
            #expect(stage.roundCounts == [1, 1])
        }
    }

    @Test("Several roles, tables' rows and conditions are one round trip too")
    func oneRound() async throws {
        try await RowStage.with(
            "CREATE POLICY p ON public.items USING (team = 1 OR auth.role() = 'anon')"
        ) { stage in
            let rows = [try stage.update("1"), try stage.update("2"), try stage.update("3")]
            let filter = ChangeFilter(column: "title", comparison: .match, values: ["^t"])
            let questions = ["anon", "authenticated", "rows_heir", "service_role"].map { role in
                RowQuestion(
                    table: stage.table.oid,
                    caller: Caller(role: role),
                    rows: [2, 0, 1],
                    filters: [[filter], []]
                )
            }
            let answers = try stage.security.answer(questions, about: rows)
            #expect(answers[0].isVisible == [true, true, true])
            #expect(answers[1].isVisible == [false, true, false])
            #expect(answers[2].isVisible == [false, true, false])
            #expect(answers[3].isVisible == [true, true, true])
            for answer in answers {
                #expect(answer.holds == [[false, false, true], [true, true, true]])
            }
            #expect(stage.roundCounts == [1])
        }
    }

    @Test("What one caller's rules leave behind is gone for the next")
    func nothingLeaks() async throws {
        try await RowStage.with(
            "CREATE POLICY p ON public.items USING (public.remembered_id() = auth.uid()::text)"
        ) { stage in
            let row = try stage.update("1")
            let questions = People.many(20).map {
                RowQuestion(table: stage.table.oid, caller: Caller(sub: $0), rows: [0])
            }
            for _ in 0..<2 {
                let answers = try stage.security.answer(questions, about: [row])
                #expect(answers.allSatisfy { $0.isVisible == [true] })
            }
        }
    }

    @Test("A function wrongly declared IMMUTABLE does not serve the first caller's value to all")
    func falseImmutable() async throws {
        try await RowStage.with(
            """
            CREATE FUNCTION public.me() RETURNS uuid LANGUAGE sql IMMUTABLE
                AS $$ SELECT (current_setting('request.jwt.claims')::json ->> 'sub')::uuid $$;
            CREATE POLICY p ON public.items USING (owner = public.me())
            """
        ) { stage in
            let row = try stage.update("2")
            let questions = People.many(10).map {
                RowQuestion(table: stage.table.oid, caller: Caller(sub: $0), rows: [0])
            }
            let answers = try stage.security.answer(questions, about: [row])
            #expect(answers.map { $0.isVisible[0] }.filter { $0 }.count == 1)
            #expect(answers[1].isVisible == [true])
        }
    }

    @Test("A lost connection throws, and answers nothing")
    func lost() async throws {
        try await RowStage.with("CREATE POLICY p ON public.items USING (true)") { stage in
            let row = try stage.update("1")
            try stage.database.cutConnections()
            let error = #expect(throws: PostgresError.self) { try stage.sees(Caller(), row) }
            #expect(error?.isConnectionLost == true)
        }
    }
}
