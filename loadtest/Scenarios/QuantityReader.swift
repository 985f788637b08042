/// Reads quantities: `4`, `500ms`, `50/s`, and what is reckoned from parameters, such as
/// `$members / 4`, with `+ - * /` and parentheses.
struct QuantityReader {
    /// Why a text is no quantity: for people.
    struct Malformed: Error {
        let reason: String
    }

    /// Parentheses and signs that may stand in each other.
    private static let depthMax = 32

    private var rest: Substring
    private let parameter: (_ name: String) throws(Malformed) -> Quantity

    private init(
        _ text: String,
        _ parameter: @escaping (_ name: String) throws(Malformed) -> Quantity
    ) {
        rest = text[...]
        self.parameter = parameter
    }

    /// Reckons.
    ///
    /// - Parameters:
    ///   - text: What stands in the file.
    ///   - parameter: Answers what a parameter is.
    /// - Returns: The quantity.
    /// - Throws: ``Malformed``, or what `parameter` threw.
    static func read(
        _ text: String,
        parameter: @escaping (_ name: String) throws(Malformed) -> Quantity
    ) throws(Malformed) -> Quantity {
        var reader = QuantityReader(text, parameter)
        let quantity = try reader.sum(depth: 0)
        guard reader.isAtEnd else { throw reader.unexpected() }
        return quantity
    }

    private mutating func sum(depth: Int) throws(Malformed) -> Quantity {
        var left = try product(depth: depth)
        while let sign = take("+-") {
            let right = try product(depth: depth)
            let sum = sign == "+" ? left.adding(right) : left.subtracting(right)
            guard let sum else {
                throw Malformed(reason: "\(left) \(sign) \(right) are different kinds of things")
            }
            left = sum
        }
        return left
    }

    private mutating func product(depth: Int) throws(Malformed) -> Quantity {
        var left = try factor(depth: depth)
        while let sign = take("*/") {
            let right = try factor(depth: depth)
            guard sign == "*" || right.value != 0 else {
                throw Malformed(reason: "it divides by zero")
            }
            let product = sign == "*" ? left.multiplied(by: right) : left.divided(by: right)
            guard let product else {
                throw Malformed(
                    reason: "\(left) \(sign) \(right) is neither a number, a time nor a rate"
                )
            }
            left = product
        }
        return left
    }

    private mutating func factor(depth: Int) throws(Malformed) -> Quantity {
        guard depth < Self.depthMax else { throw Malformed(reason: "it is nested too deeply") }
        if take("(") != nil {
            let inner = try sum(depth: depth + 1)
            guard take(")") != nil else { throw Malformed(reason: "a parenthesis is not closed") }
            return inner
        }
        if take("$") != nil {
            let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            guard !name.isEmpty else { throw unexpected() }
            rest = rest[name.endIndex...]
            return try parameter(String(name))
        }
        return try literal()
    }

    private mutating func literal() throws(Malformed) -> Quantity {
        let number = try number()
        if rest.first == "/" {
            let unit = rest.dropFirst().prefix { $0.isLetter }
            guard !unit.isEmpty else { return Quantity(number) }
            guard let seconds = Self.seconds[String(unit)] else { throw unexpected() }
            rest = rest[unit.endIndex...]
            return Quantity(number / seconds, .perSecond)
        }
        let unit = rest.prefix { $0.isLetter }
        guard !unit.isEmpty else { return Quantity(number) }
        guard let seconds = Self.seconds[String(unit)] else { throw unexpected() }
        rest = rest[unit.endIndex...]
        return Quantity(number * seconds, .seconds)
    }

    private mutating func number() throws(Malformed) -> Double {
        var end = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }.endIndex
        if let power = rest[end...].prefixMatch(of: /e[-+]?[0-9]+/) { end = power.range.upperBound }
        guard let number = Double(rest[..<end]), number.isFinite else { throw unexpected() }
        rest = rest[end...]
        return number
    }

    private static let seconds: [String: Double] = [
        "us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3_600,
    ]

    private var isAtEnd: Bool { rest.allSatisfy { $0 == " " } }

    /// Takes one of some letters, after blanks.
    private mutating func take(_ letters: String) -> Character? {
        rest = rest.drop { $0 == " " }
        guard let first = rest.first, letters.contains(first) else { return nil }
        rest = rest.dropFirst()
        rest = rest.drop { $0 == " " }
        return first
    }

    private func unexpected() -> Malformed {
        let text = rest.drop { $0 == " " }.prefix(30)
        return Malformed(
            reason: text.isEmpty
                ? "it ends where a number is expected"
                : "`\(text)` is no number; units are us, ms, s, m and h, rates end in /s, /m or /h"
        )
    }
}
