/// A number with what it counts: nothing, time, or how often in a second.
struct Quantity: Hashable, Sendable {
    /// What a number counts.
    enum Unit: Hashable, Sendable {
        case none
        case seconds
        case perSecond
    }

    var value: Double
    var unit: Unit

    init(_ value: Double, _ unit: Unit = .none) {
        self.value = value
        self.unit = unit
    }

    /// The sum; nil where the two count different things.
    func adding(_ other: Quantity) -> Quantity? {
        unit == other.unit ? Quantity(value + other.value, unit) : nil
    }

    /// The difference; nil where the two count different things.
    func subtracting(_ other: Quantity) -> Quantity? {
        unit == other.unit ? Quantity(value - other.value, unit) : nil
    }

    /// The product; nil where nobody needs what that would count.
    func multiplied(by other: Quantity) -> Quantity? {
        switch (unit, other.unit) {
        case (let unit, .none), (.none, let unit): Quantity(value * other.value, unit)
        case (.seconds, .perSecond), (.perSecond, .seconds): Quantity(value * other.value)
        case (.seconds, .seconds), (.perSecond, .perSecond): nil
        }
    }

    /// The quotient; nil where nobody needs what that would count, and by zero.
    func divided(by other: Quantity) -> Quantity? {
        guard other.value != 0 else { return nil }
        let quotient = value / other.value
        switch (unit, other.unit) {
        case (let unit, .none): return Quantity(quotient, unit)
        case (.none, .seconds): return Quantity(quotient, .perSecond)
        case (.none, .perSecond): return Quantity(quotient, .seconds)
        case (.seconds, .seconds), (.perSecond, .perSecond): return Quantity(quotient)
        case (.seconds, .perSecond), (.perSecond, .seconds): return nil
        }
    }

    /// The least whole number that is not below, where that is a number; a hair above does not
    /// count, since a quotient may be one.
    var roundedUp: Int? {
        guard value.isFinite, abs(value) < 1e15 else { return nil }
        return Int((value - 1e-6).rounded(.up))
    }
}

extension Quantity: CustomStringConvertible {
    /// As it stands in a file: `4`, `2.5s`, `50/s`.
    var description: String {
        let whole = roundedUp.map(Double.init)
        let number = whole == value ? "\(Int(value))" : "\(value)"
        switch unit {
        case .none: return number
        case .seconds: return number + "s"
        case .perSecond: return number + "/s"
        }
    }
}
