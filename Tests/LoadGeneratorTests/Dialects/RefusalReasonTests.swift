import Testing

@testable import LoadGenerator

@Suite struct RefusalReasonTests {
    @Test(
        "Reasons are counted by their code, others by their words without numbers",
        arguments: [
            ("Unauthorized: You do not have permissions", "Unauthorized"),
            ("InvalidJWTToken: Token has expired 31 seconds ago", "InvalidJWTToken"),
            ("Token has expired 31 seconds ago", "Token has expired N seconds ago"),
            ("join crashed", "join crashed"), ("not a code: 12", "not a code: N"), ("", ""),
            ("Two words: x", "Two words: x"), ("3 of 4", "N of N"),
        ]
    )
    func counted(reason: String, counted: String) {
        #expect(RefusalReason.counted(reason) == counted)
    }
}
