import Testing

@testable import Changes

@Suite struct CommitTimestampTests {
    @Test(
        "An instant is written in UTC with three digits",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"),
            (1_787_307_072_345, "2026-08-21T10:11:12.345Z"),
            (951_827_696_007, "2000-02-29T12:34:56.007Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ]
    )
    func text(milliseconds: Int64, expected: String) {
        #expect(CommitTimestamp.text(milliseconds) == expected)
    }
}
