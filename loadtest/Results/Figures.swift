/// Numbers as people read them.
package enum Figures {
    /// A latency with three digits that count, such as `0.84 ms`.
    package static func duration(microseconds: Double) -> String {
        switch microseconds {
        case ..<100: "\(decimal(microseconds, digits: 0)) µs"
        case ..<999_500: "\(significant(microseconds / 1_000)) ms"
        default: "\(significant(microseconds / 1_000_000)) s"
        }
    }

    /// The same of a histogram's value.
    package static func duration(_ microseconds: UInt64) -> String {
        duration(microseconds: Double(microseconds))
    }

    /// A count with its thousands apart, such as `12,345`.
    package static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return value < 0 ? "-\(text)" : text
    }

    /// A rate: whole above ten, otherwise with a digit behind the point.
    package static func rate(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "–" }
        return abs(value) >= 10 || value == 0
            ? count(Int(value.rounded())) : decimal(value, digits: 1)
    }

    /// Bytes by powers of 1,024.
    package static func bytes(_ value: Double) -> String {
        var rest = value
        for unit in ["B", "KiB", "MiB"] {
            if abs(rest) < 1_024 {
                return "\(unit == "B" ? decimal(rest, digits: 0) : significant(rest)) \(unit)"
            }
            rest /= 1_024
        }
        return "\(significant(rest)) GiB"
    }

    /// A share as a percentage.
    package static func percent(_ share: Double) -> String {
        "\(decimal(share * 100, digits: share < 0.0995 ? 1 : 0)) %"
    }

    /// Seconds of a run, such as `60 s` or `12 min`.
    package static func seconds(_ value: Double) -> String {
        if value >= 120, (value / 60).rounded() * 60 == value {
            return "\(decimal(value / 60, digits: 0)) min"
        }
        return "\(decimal(value, digits: value.rounded() == value ? 0 : 1)) s"
    }

    /// Three digits that count, at most two behind the point.
    package static func significant(_ value: Double) -> String {
        switch abs(value) {
        case ..<9.995: decimal(value, digits: 2)
        case ..<99.95: decimal(value, digits: 1)
        case ..<1e15: count(Int(value.rounded()))
        default: "–"
        }
    }

    /// A number with so many digits behind the point.
    package static func decimal(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return "–" }
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let whole = (value * scale).rounded()
        guard abs(whole) < 1e15 else { return "–" }
        let written = String(Int(abs(whole)))
        let all = String(repeating: "0", count: max(0, digits + 1 - written.count)) + written
        let sign = whole < 0 ? "-" : ""
        guard digits > 0 else { return sign + all }
        return "\(sign)\(all.dropLast(digits)).\(all.suffix(digits))"
    }
}

// MARK: Beside an axis

extension Figures {
    /// A round number in little room, such as `20k`.
    static func short(_ value: Double) -> String {
        switch abs(value) {
        case 1_000_000...: "\(plain(value / 1_000_000))M"
        case 1_000...: "\(plain(value / 1_000))k"
        default: plain(value)
        }
    }

    /// A round number without zeros at its end.
    static func plain(_ value: Double) -> String {
        for digits in 0...2 where abs(value * [1, 10, 100][digits]).isNearlyWhole {
            return decimal(value, digits: digits)
        }
        return decimal(value, digits: 3)
    }
}

extension Double {
    /// Whether only an error of its digits keeps it from being whole.
    fileprivate var isNearlyWhole: Bool { abs(self - rounded()) < 1e-6 }
}
