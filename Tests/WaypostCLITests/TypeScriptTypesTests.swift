import Testing

/// `waypost topics types --language typescript`, by the real binary and the real compiler.
@Suite(.timeLimit(.minutes(3))) struct TypeScriptTypesTests {
    private static let use = #"""

        const topic: PlanTopic = "plan:42:x";
        // @ts-expect-error: a plan's number is one.
        const wrong: PlanTopic = "plan:x:x";
        const name: PlanBroadcastName = 'a"b\\c';
        // @ts-expect-error: nobody may broadcast there.
        const none: LogBroadcastName = "cursor";
        declare const change: PlanGuestChange;
        if (change.operation === "UPDATE") {
          const mood: "very good" | "self" | 'bad"one' | "1st" = change.record.mood;
          const details: Json = change.record.details;
          // @ts-expect-error: guests do not see the budget.
          change.record.budget;
        }
        declare const boss: PlanBossPlansRow;
        const budget: number | null = boss.budget;
        const past: (number | null)[] = boss.past;
        declare const other: PlanOtherPlansRow;
        const key: number = other.id;
        // @ts-expect-error: who is in no class sees the key alone.
        other.day;
        """#

    @Test("The TypeScript types compile, and allow and refuse what they should")
    func compiles() async throws {
        let text = try await TypesSupport.types("typescript")
        #expect(!text.contains("secret_gone"))
        let complaints = try await TypesSupport.complaints(
            of: "tsc",
            ["--strict", "--noEmit", "--target", "es2020"],
            about: text + Self.use,
            named: "topics.ts"
        )
        #expect(complaints.isEmpty, "\(complaints.prefix(2_000))\n\(text)")
    }
}
