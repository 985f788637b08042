import Changes
import Postgres
import RowSecurity
import TestSupport
import Testing
import Topics
import Wire

@Suite("Rows that nobody can be shown")
struct RowRoundTests {
    @Test("Values that are none of the table's withhold that row alone")
    func brokenValues() async throws {
        try await RowStage.with("CREATE POLICY p ON public.items USING (team IS NOT NULL)") {
            stage in
            let good = try stage.update("1")
            func broken(_ text: String) -> ChangedRow {
                ChangedRow(
                    seq: 2,
                    transaction: 1,
                    table: stage.table.name,
                    operation: .insert,
                    key: nil,
                    old: nil,
                    new: JSONText(trusted: Array(text.utf8)),
                    readAt: 0
                )
            }
            let rows = [
                broken("{\"id\": 1, \"team\": \"many\"}"), good, broken("{"), broken("[]"),
                broken("{\"team\": \"\\u0000\"}"), broken("3"), broken("null"),
            ]
            let answer = try stage.security.answer(
                [RowQuestion(table: stage.table.oid, caller: Caller(), rows: Array(0..<7))],
                about: rows
            )[0]
            #expect(answer.isVisible == [false, true, false, false, false, false, false])
            let outside = RowQuestion(table: stage.table.oid, caller: Caller(), rows: [7, -1, 1])
            let second = try stage.security.answer([outside], about: rows)[0]
            #expect(second.isVisible == [false, false, true])
        }
    }
}
