/// A day of the calendar in UTC, counted from 1970-01-01.
struct UTCDay: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    let number: Int

    static func < (left: UTCDay, right: UTCDay) -> Bool { left.number < right.number }

    static func + (day: UTCDay, dayCount: Int) -> UTCDay { UTCDay(number: day.number + dayCount) }

    /// The day as ISO 8601 writes it, such as `2026-11-21`.
    var text: String { parts.joined(separator: "-") }

    /// How a partition's name ends, such as `2026_11_21`.
    var suffix: String { parts.joined(separator: "_") }

    /// Year, month and day, by the method of Howard Hinnant's `civil_from_days`.
    ///
    /// It counts in eras of 400 years that begin with March, so that a leap day comes last.
    private var parts: [String] {
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return [Self.padded(year, to: 4), Self.padded(month, to: 2), Self.padded(day, to: 2)]
    }

    private static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
