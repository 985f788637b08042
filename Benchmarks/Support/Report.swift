import SystemPackage

/// Writes to standard output.
enum Report {
    static func say(_ line: String) {
        // Nobody reads any more: nothing to do about it.
        _ = try? FileDescriptor.standardOutput.writeAll((line + "\n").utf8)
    }

    /// One line of a table: a name, then columns of equal width.
    static func row(_ name: String, _ columns: [String]) {
        say(padded(name, 34) + columns.map { padded($0, -14) }.joined())
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        let missing = String(repeating: " ", count: max(0, abs(width) - text.count))
        return width < 0 ? missing + text : text + missing
    }

    /// A number with so many digits behind the point.
    static func number(_ value: Double, digits: Int = 2) -> String {
        guard value.isFinite else { return "-" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = (value * scale).rounded()
        guard abs(whole) < 1e15 else { return "\(value)" }
        let digitsText = "\(Int(abs(whole)))"
        let zeros = String(repeating: "0", count: max(0, digits + 1 - digitsText.count))
        let all = zeros + digitsText
        let sign = whole < 0 ? "-" : ""
        guard digits > 0 else { return sign + all }
        return sign + all.dropLast(digits) + "." + all.suffix(digits)
    }
}
