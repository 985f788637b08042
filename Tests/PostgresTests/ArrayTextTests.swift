import Postgres
import TestSupport
import Testing

@Suite("Arrays of texts")
struct ArrayTextTests {
    @Test("PostgreSQL reads back what was written")
    func roundTrip() async throws {
        let texts = ["", "NULL", "a,b", "{}", "\"", "\\", "'", " x ", "é👩‍👩‍👧", "\n\t", "\\\"\\"]
        try await TestDatabase.with { database in
            let rows = try database.connect().query(
                "SELECT unnest($1::text[])",
                [ArrayText.of(texts)]
            )
            #expect((0..<rows.count).map { rows[$0, 0] } == texts)
        }
        #expect(ArrayText.of([]) == "{}")
    }
}
