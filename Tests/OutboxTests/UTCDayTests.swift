import Testing

@testable import Outbox

@Suite struct UTCDayTests {
    @Test(
        "A day's number has one date",
        arguments: [
            (0, "1970-01-01"), (-1, "1969-12-31"), (59, "1970-03-01"), (11_016, "2000-02-29"),
            (11_017, "2000-03-01"), (20_777, "2026-11-20"), (47_540, "2100-02-28"),
            (47_541, "2100-03-01"), (2_932_896, "9999-12-31"),
        ]
    )
    func text(number: Int, text: String) {
        #expect(UTCDay(number: number).text == text)
    }

    @Test("A partition's name ends with underscores")
    func suffix() {
        #expect(UTCDay(number: 0).suffix == "1970_01_01")
    }
}
