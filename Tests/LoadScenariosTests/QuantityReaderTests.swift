import Testing

@testable import LoadScenarios

@Suite struct QuantityReaderTests {
    private func read(_ text: String) throws(QuantityReader.Malformed) -> Quantity {
        try QuantityReader.read(text) { name throws(QuantityReader.Malformed) in
            switch name {
            case "members": return Quantity(10)
            case "rate": return Quantity(50, .perSecond)
            case "pause": return Quantity(2, .seconds)
            default: throw QuantityReader.Malformed(reason: "no \(name)")
            }
        }
    }

    private func reason(_ text: String) -> String? {
        do {
            _ = try read(text)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(
        "What is no quantity is refused with the place where it stops being one",
        arguments: [
            ("", "it ends where a number is expected"),
            ("4 *", "it ends where a number is expected"),
            ("(4", "a parenthesis is not closed"),
            ("4)", "`)` is no number; units are us, ms, s, m and h, rates end in /s, /m or /h"),
            ("4 5", "`5` is no number; units are us, ms, s, m and h, rates end in /s, /m or /h"),
            ("5sec", "`sec` is no number; units are us, ms, s, m and h, rates end in /s, /m or /h"),
            ("5/d", "`/d` is no number; units are us, ms, s, m and h, rates end in /s, /m or /h"),
            ("-5", "`-5` is no number; units are us, ms, s, m and h, rates end in /s, /m or /h"),
            (
                "1.2.3",
                "`1.2.3` is no number; units are us, ms, s, m and h, rates end in /s, /m or /h"
            ),
            ("nan", "`nan` is no number; units are us, ms, s, m and h, rates end in /s, /m or /h"),
            ("$", "it ends where a number is expected"),
            ("$people", "no people"),
            ("1 / 0", "it divides by zero"),
            ("5s + 1", "5s + 1 are different kinds of things"),
            ("5s * 5s", "5s * 5s is neither a number, a time nor a rate"),
            ("5s / 2/s", "5s / 2/s is neither a number, a time nor a rate"),
        ]
    )
    func refused(text: String, expected: String) {
        #expect(reason(text) == expected)
    }

    @Test("Parentheses and digits without end are refused, not followed")
    func endless() {
        #expect(reason(String(repeating: "(", count: 100_000)) == "it is nested too deeply")
        #expect(reason(String(repeating: "9", count: 400)) != nil)
    }

    @Test(
        "Numbers, times and rates are reckoned with their units",
        arguments: [
            ("4", Quantity(4)), (" 2.5 ", Quantity(2.5)), ("2e-05s", Quantity(0.00002, .seconds)),
            ("250ms", Quantity(0.25, .seconds)), ("2m", Quantity(120, .seconds)),
            ("1h", Quantity(3_600, .seconds)), ("20us", Quantity(20 * 1e-6, .seconds)),
            ("20/s", Quantity(20, .perSecond)), ("600/m", Quantity(10, .perSecond)),
            ("$members / 4", Quantity(2.5)), ("$members/4", Quantity(2.5)),
            ("2 + 3 * 4", Quantity(14)), ("(2 + 3) * 4", Quantity(20)), ("10 - 3 - 2", Quantity(5)),
            ("$members / $rate", Quantity(0.2, .seconds)),
            ("1 / $pause", Quantity(0.5, .perSecond)),
            ("$pause * 3", Quantity(6, .seconds)), ("3 * $pause", Quantity(6, .seconds)),
            ("$pause * $rate", Quantity(100)), ("10s / $pause", Quantity(5)),
            ("$rate * 0.5", Quantity(25, .perSecond)), ("$pause + 500ms", Quantity(2.5, .seconds)),
        ]
    )
    func reckoned(text: String, expected: Quantity) throws {
        #expect(try read(text) == expected)
    }

    @Test(
        "What is written is read again as the same",
        arguments: [
            Quantity(4), Quantity(2.5), Quantity(0.00002, .seconds), Quantity(50, .perSecond),
            Quantity(1.0 / 3.0, .perSecond), Quantity(9_100_000_001), Quantity(1e20),
        ]
    )
    func written(quantity: Quantity) throws {
        #expect(try read(quantity.description) == quantity)
    }

    @Test("Counts are rounded up, but not for what a quotient is off by, and large ones are exact")
    func rounding() {
        #expect(Quantity(2.25).roundedUp == 3)
        #expect(Quantity(3 * (1.0 / 3.0 + 1e-12)).roundedUp == 1)
        #expect(Quantity(9_100_000_001).roundedUp == 9_100_000_001)
        #expect(Quantity(1e300).roundedUp == nil)
    }
}
