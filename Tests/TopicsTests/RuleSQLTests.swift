import Testing
import Topics

@Suite struct RuleSQLTests {
    @Test("Every restrictive policy must hold, and one of the permissive ones")
    func combined() {
        #expect(RuleSQL.combined(restrictive: [], permissive: ["a"]) == "((a))")
        #expect(
            RuleSQL.combined(restrictive: ["r OR s", "t"], permissive: ["a", "b"])
                == "(r OR s) AND (t) AND ((a) OR (b))"
        )
    }

    @Test("The role is assumed last, as it may not be allowed to make settings")
    func order() {
        let sql = RuleSQL.assuming(role: "'x'", claims: "$1", headers: "$2", topic: "$3")
        #expect(sql.contains("realtime.topic"))
        #expect(sql.hasSuffix("set_config('role', 'x', true);"))
        #expect(!RuleSQL.assuming(role: "'x'", claims: "$1", headers: "$2").contains("realtime"))
    }
}
