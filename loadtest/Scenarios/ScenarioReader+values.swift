import Yams

extension ScenarioReader {
    /// A value, or what is wrong with it.
    enum Found<Value> {
        case value(Value)
        case wrong(String)
    }

    /// A text that is not empty, with parameters filled in.
    ///
    /// - Parameters:
    ///   - node: Where it stands.
    ///   - what: What people call it.
    ///   - places: Which other places may stand in braces.
    /// - Returns: The text; nil after noting why not.
    mutating func readText(_ node: Node, _ what: String, places: [String] = []) -> String? {
        guard let scalar = node.scalar else {
            note(node, "\(what) must be a text")
            return nil
        }
        let isNull = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
        guard !isNull, scalar.string.contains(where: { !$0.isWhitespace }) else {
            note(node, "\(what) is empty; write something, or leave the key out")
            return nil
        }
        return filled(scalar.string, node, what, places)
    }

    private mutating func filled(
        _ text: String,
        _ node: Node,
        _ what: String,
        _ places: [String]
    ) -> String {
        var unknown: [String] = []
        let filled = Template.replacingPlaces(in: text) { place in
            if let parameter = parameters.first(where: { $0.name == place }) {
                return parameter.value
            }
            if !places.contains(String(place)) { unknown.append(String(place)) }
            return nil
        }
        for place in unknown {
            let known = places + parameters.map(\.name)
            note(
                node,
                Template.places.contains(place)
                    ? "{\(place)} cannot stand in \(what); there \(Self.listed(places))"
                    : "{\(place)} in \(what) is neither a place nor a parameter"
                        + NearWord.hint(place, among: known)
            )
        }
        return filled
    }

    private static func listed(_ places: [String]) -> String {
        places.isEmpty
            ? "can be parameters only"
            : "can be " + places.map { "{\($0)}" }.joined(separator: ", ") + " and parameters"
    }

    /// A list of SQL scripts.
    mutating func readScripts(_ node: Node, _ what: String) -> [String] {
        readList(node, what).compactMap { readText($0, "an entry of \(what)") }
    }

    /// Settings of the gateway, by key; values may be reckoned.
    mutating func readGateway(_ node: Node) -> [String: String] {
        guard let mapping = node.mapping else {
            note(node, "gateway must hold settings such as `channels.public: allow`")
            return [:]
        }
        var settings: [String: String] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                note(key, "a setting's name must be a text")
                continue
            }
            guard let text = value.scalar?.string else {
                note(value, "the gateway's `\(name)` must be a number or a text")
                continue
            }
            guard text.contains("$") else {
                settings[name] = readText(value, "the gateway's `\(name)`")
                continue
            }
            if let quantity = readQuantity(value, "the gateway's `\(name)`") {
                settings[name] = quantity.roundedUp.map { "\($0)" }
            }
        }
        return settings
    }

    /// Limits such as `p99=50ms`.
    mutating func readObjectives(_ node: Node) -> [String] {
        readList(node, "objectives").compactMap { entry in
            guard let text = readText(entry, "an entry of objectives") else { return nil }
            guard text.wholeMatch(of: /[a-z0-9_.]+=[^=\s]+/) != nil else {
                note(entry, "\(shown(text)) is no limit; write it like p99=50ms or errors=0")
                return nil
            }
            return text
        }
    }

    /// A whole number; fractions that come of reckoning are rounded up.
    mutating func readCount(_ node: Node, _ what: String, within range: ClosedRange<Int>) -> Int? {
        guard let quantity = readQuantity(node, what) else { return nil }
        guard quantity.unit == .none, let count = quantity.roundedUp, range.contains(count),
            Double(count) == quantity.value || node.scalar?.string.contains("$") == true
        else {
            note(
                node,
                "\(what) is \(reckoned(node, quantity)); it must be a whole number, "
                    + "\(range.lowerBound) to \(range.upperBound)"
            )
            return nil
        }
        return count
    }

    /// A number from 0 to 1.
    mutating func readShare(_ node: Node, _ what: String) -> Double? {
        guard let quantity = readQuantity(node, what) else { return nil }
        guard quantity.unit == .none, (0...1).contains(quantity.value) else {
            note(node, "\(what) is \(reckoned(node, quantity)); it must be a number from 0 to 1")
            return nil
        }
        return quantity.value
    }

    /// How often in a second.
    mutating func readRate(
        _ node: Node,
        _ what: String,
        within range: ClosedRange<Double>
    ) -> Double? {
        value(readRate(node.scalar?.string ?? "", what, within: range), node)
    }

    /// A time.
    mutating func readTime(
        _ node: Node,
        _ what: String,
        within range: ClosedRange<Duration>
    ) -> Duration? {
        value(readTime(node.scalar?.string ?? "", what, within: range), node)
    }

    /// How often in a second; a number without `/s` is taken as that.
    func readRate(
        _ text: String,
        _ what: String,
        within range: ClosedRange<Double>
    ) -> Found<Double> {
        do {
            let quantity = try quantity(of: text)
            guard quantity.unit != .seconds, range.contains(quantity.value) else {
                return .wrong(
                    "\(what) is \(quantity); it must be a rate, \(Quantity(range.lowerBound))/s to "
                        + "\(Quantity(range.upperBound))/s"
                )
            }
            return .value(quantity.value)
        } catch {
            return .wrong("\(what) is \(shown(text)): \(error.reason)")
        }
    }

    /// A time.
    func readTime(
        _ text: String,
        _ what: String,
        within range: ClosedRange<Duration>
    ) -> Found<Duration> {
        do {
            let quantity = try quantity(of: text)
            guard quantity.unit == .seconds, quantity.value < 1e9,
                case let time = Duration.seconds(quantity.value), range.contains(time)
            else {
                return .wrong(
                    "\(what) is \(quantity); it must be a time such as 500ms or 5s, from "
                        + "\(range.lowerBound) to \(range.upperBound)"
                )
            }
            return .value(time)
        } catch {
            return .wrong("\(what) is \(shown(text)): \(error.reason)")
        }
    }

    /// Either true or false.
    mutating func readFlag(_ node: Node, _ what: String) -> Bool? {
        var text = node.scalar?.string ?? ""
        if text.hasPrefix("$"), let known = parameters.first(where: { $0.name == text.dropFirst() })
        {
            text = known.value
        }
        guard text == "true" || text == "false" else {
            note(node, "\(what) is \(shown(node)); it must be true or false")
            return nil
        }
        return text == "true"
    }

    private mutating func readQuantity(_ node: Node, _ what: String) -> Quantity? {
        guard let text = node.scalar?.string else {
            note(node, "\(what) must be a number")
            return nil
        }
        do {
            return try quantity(of: text)
        } catch {
            note(node, "\(what) is \(shown(text)): \(error.reason)")
            return nil
        }
    }

    private mutating func value<Value>(_ found: Found<Value>, _ node: Node) -> Value? {
        switch found {
        case .value(let value): return value
        case .wrong(let message):
            note(node, message)
            return nil
        }
    }

    private func reckoned(_ node: Node, _ quantity: Quantity) -> String {
        let text = shown(node)
        return text.contains("$") ? "\(text), here \(quantity)" : text
    }
}
