import Testing

/// `waypost topics types --language swift`, by the real binary and the real compiler.
@Suite(.timeLimit(.minutes(3))) struct SwiftTypesTests {
    private static let use = #"""

        let line = Data("""
            {"id": "x", "operation": "UPDATE", "schema": "public", "table": "plans",
             "record": {"id": 1, "day": "2", "who": null, "mood": "very good",
              "moods": [null, "self"], "small": 3, "ratio": 0.5, "open": true,
              "details": {"a": [1, null]}, "past": [1.5],
              "user id": "a", "user_id": null, "init": "2027-01-01"},
             "old_record": null}
            """.utf8)
        let change = try JSONDecoder().decode(Plan.GuestReader.Change.self, from: line)
        guard case .plans(let plans) = change, let row = plans.record else { fatalError() }
        precondition(row.mood == .veryGood && row.moods?.last == .`self` && row.userId == "a")
        precondition(row.details == .object(["a": .array([.number(1), .null])]))
        precondition(Plan.topic(planId: 42, day: "7") == "plan:42:7")
        precondition(Plan.BroadcastName(rawValue: "a\"b\\c") != nil)
        let boss: Plan.BossReader.PlansRow? = nil
        let budget: Decimal? = boss?.budget
        precondition(budget == nil)
        """#

    @Test("The Swift types compile, and read what a topic carries")
    func compiles() async throws {
        let text = try await TypesSupport.types("swift")
        #expect(!text.contains("secret_gone"))
        let complaints = try await TypesSupport.complaints(
            of: "swift",
            ["-swift-version", "6", "-warnings-as-errors"],
            about: text + Self.use,
            named: "main.swift"
        )
        #expect(complaints.isEmpty, "\(complaints.prefix(2_000))\n\(text)")
    }
}
