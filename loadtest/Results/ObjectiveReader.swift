internal import LoadChecks

/// Why one limit cannot be read.
struct ObjectiveProblem: Error {
    let text: String
}

/// Reads one limit.
enum ObjectiveReader {
    static func objective(_ text: String) throws(ObjectiveProblem) -> Objective {
        let isName = { (letter: Character) in letter != "=" && letter != "<" && letter != ">" }
        let name = text.prefix(while: isName)
        let rest = text[name.endIndex...]
        let sign = rest.prefix { !isName($0) }
        let value = rest[sign.endIndex...]
        guard !name.isEmpty, !value.isEmpty, ["=", "<=", ">="].contains(sign) else {
            throw ObjectiveProblem(text: "'\(text)' is not NAME=VALUE.")
        }
        guard let quantity = quantity(name.lowercased()) else {
            throw ObjectiveProblem(text: "'\(text)': there is nothing named '\(name)'.")
        }
        guard let limit = limit(value, of: quantity) else {
            throw ObjectiveProblem(text: "'\(text)': \(expectation(of: quantity)).")
        }
        let isLeast = sign == ">="
        if case .rate = quantity, !isLeast {
            throw ObjectiveProblem(text: "'\(text)': this is a least: \(name)>=\(value).")
        }
        return Objective(text: text, quantity: quantity, limit: limit, isLeast: isLeast)
    }

    // MARK: Names

    private static func quantity(_ name: String) -> Objective.Quantity? {
        if name == "errors" { return .errors }
        if name == "breaches" { return .breaches(nil) }
        if let kind = BreachKind.allCases.first(where: { [$0.rawValue, $0.plural].contains(name) })
        {
            return .breaches(kind)
        }
        if let rate = Objective.Rate(rawValue: name) { return .rate(rate) }
        if let statistic = statistic(name[...]) { return .latency(nil, statistic) }
        guard let dot = name.firstIndex(of: ".") else { return nil }
        let owner = String(name[..<dot])
        let rest = name[name.index(after: dot)...]
        if ["server", "postgres", "generator"].contains(owner) {
            return rest == "cores" ? .cores(owner) : rest == "memory" ? .memory(owner) : nil
        }
        guard let measure = Measure(rawValue: owner), let statistic = statistic(rest) else {
            return nil
        }
        return .latency(measure, statistic)
    }

    private static func statistic(_ name: Substring) -> Objective.Statistic? {
        if name == "mean" { return .mean }
        if name == "max" { return .max }
        guard name.first == "p", let percent = number(name.dropFirst()), percent > 0, percent <= 100
        else { return nil }
        return .percentile(percent)
    }

    // MARK: Values

    private static func expectation(of quantity: Objective.Quantity) -> String {
        switch quantity {
        case .latency: "a time is a number with its unit: 500us, 50ms, 1.5s or 1min"
        case .errors, .breaches: "a count is a whole number"
        case .rate: "a least is a number, or with /s for what is counted by seconds"
        case .cores: "cores are a number such as 0.9"
        case .memory: "memory is a number with its unit: 500MiB, 2GiB, 500MB or 2GB"
        }
    }

    private static func limit(_ text: Substring, of quantity: Objective.Quantity) -> Double? {
        switch quantity {
        case .latency: return scaled(text, by: times)
        case .memory: return scaled(text, by: sizes)
        case .cores: return number(text)
        case .errors, .breaches: return number(text).flatMap { $0 == $0.rounded() ? $0 : nil }
        case .rate(.connections), .rate(.joined): return number(text)
        case .rate: return number(text.hasSuffix("/s") ? text.dropLast(2) : text)
        }
    }

    private static let times = [
        "us": 1.0, "µs": 1, "μs": 1, "ms": 1_000, "s": 1_000_000, "min": 60_000_000,
    ]

    private static let sizes = [
        "kb": 1e3, "mb": 1e6, "gb": 1e9, "kib": 1_024, "mib": 1_048_576, "gib": 1_073_741_824,
    ]

    private static func scaled(_ text: Substring, by units: [String: Double]) -> Double? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let value = number(digits) else { return nil }
        if value == 0, digits.count == text.count { return 0 }
        return units[text[digits.endIndex...].lowercased()].map { value * $0 }
    }

    /// Digits and a point; not what else is a number to Swift, such as `inf` and `0x1p4`.
    private static func number(_ text: Substring) -> Double? {
        guard text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }) else { return nil }
        return Double(text)
    }
}

extension BreachKind {
    /// Its name where several are meant.
    var plural: String {
        switch self {
        case .duplicate: "duplicates"
        case .disorder: "disorders"
        case .gap: "gaps"
        case .missing: "missing"
        case .wrongAudience: "wrong_audiences"
        case .corrupted: "corrupted"
        }
    }
}
