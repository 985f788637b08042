import Yams

extension ScenarioReader {
    /// The keys of `timing` with their summaries and defaults; each is a parameter, too.
    private static let timings: [(name: String, summary: String, fallback: String)] = [
        ("connect_rate", "Connections begun in a second", "500/s"),
        ("warmup", "Traffic before the measurement", "5s"),
        ("duration", "The measurement", "60s"),
        ("drain", "The longest wait for what is still on its way afterwards", "10s"),
    ]

    /// Reads the parameters, those of timing included, and gives them their values.
    mutating func readParameters(_ node: Node?, _ timings: [String: Entry]) {
        var declared: [(name: String, entry: Entry)] = []
        if let node { declared = readNamed(node, "parameters") }
        for (name, entry) in declared {
            guard !Self.timings.contains(where: { $0.name == name }) else {
                note(
                    entry.key,
                    "`\(name)` is a parameter in any case, with the default that stands in timing"
                )
                continue
            }
            guard !Template.places.contains(name) else {
                note(
                    entry.key,
                    "a parameter cannot be called `\(name)`: {\(name)} means something else"
                )
                continue
            }
            guard let entries = readEntries(of: entry.value, .parameter) else { continue }
            let summary = entries["summary"].flatMap { readText($0.value, "summary") }
            guard let value = entries["default"]?.value else { continue }
            addParameter(name, summary ?? "", value, value.scalar?.string)
        }
        for (name, summary, fallback) in Self.timings {
            let value = timings[name]?.value
            addParameter(name, summary, value, value.map { $0.scalar?.string } ?? fallback)
        }
        let names = parameters.map(\.name)
        for name in settings.keys.sorted() where !names.contains(name) {
            note(
                setting: name,
                "there is no parameter `\(name)`" + NearWord.hint(name, among: names)
            )
        }
    }

    /// Takes a parameter with its setting, or else its default.
    private mutating func addParameter(
        _ name: String,
        _ summary: String,
        _ node: Node?,
        _ text: String?
    ) {
        var parameter = Parameter(name: name, summary: summary, value: "0")
        defer { parameters.append(parameter) }
        guard let text, !text.isEmpty else {
            if let node { note(node, "the default of `\(name)` must be a number or a text") }
            return
        }
        let kind: ValueKind
        do {
            (parameter.value, kind) = try value(of: text)
        } catch {
            if let node {
                note(node, "the default of `\(name)` is \(shown(text)): \(error.reason)")
            }
            return
        }
        guard let setting = settings[name] else { return }
        guard let (value, given) = try? value(of: setting, refersToOthers: false),
            given == kind, !value.isEmpty
        else {
            note(setting: name, "\(kind.demand), like its default \(parameter.value)")
            return
        }
        parameter.value = value
    }

    /// What a parameter may be.
    private enum ValueKind: Hashable {
        case quantity(Quantity.Unit)
        case flag
        case text

        var demand: String {
            switch self {
            case .quantity(.none): "it must be a number"
            case .quantity(.seconds): "it must be a time with us, ms, s, m or h"
            case .quantity(.perSecond): "it must be a rate with /s, /m or /h"
            case .flag: "it must be true or false"
            case .text: "it must be a text that is neither empty nor a number"
            }
        }
    }

    private func value(
        of text: String,
        refersToOthers: Bool = true
    ) throws(QuantityReader.Malformed) -> (String, ValueKind) {
        if text == "most" { return ("\(mostSessions)", .quantity(.none)) }
        if text == "true" || text == "false" { return (text, .flag) }
        let isReckoned = text.contains("$") && refersToOthers
        do {
            let quantity = try quantity(of: text)
            return (isReckoned ? quantity.description : text, .quantity(quantity.unit))
        } catch {
            if isReckoned { throw error }
            return (text, .text)
        }
    }

    /// Reckons what stands in the file.
    func quantity(of text: String) throws(QuantityReader.Malformed) -> Quantity {
        let parameters = parameters
        return try QuantityReader.read(text) { name throws(QuantityReader.Malformed) in
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                throw QuantityReader.Malformed(
                    reason: "there is no parameter `\(name)`"
                        + NearWord.hint(name, among: parameters.map(\.name))
                )
            }
            return try QuantityReader.read(parameter.value) { _ throws(QuantityReader.Malformed) in
                throw QuantityReader.Malformed(
                    reason: "the parameter `\(name)` is \(parameter.value), which is no number"
                )
            }
        }
    }

    /// What a run goes through; nil after noting why not.
    mutating func readTiming(_ entries: [String: Entry]) -> Scenario.Timing? {
        let connectRate = rate(timing: "connect_rate", entries)
        let warmup = time(timing: "warmup", entries, within: .zero ... .seconds(3_600))
        let duration = time(timing: "duration", entries, within: .seconds(1) ... .seconds(86_400))
        let drain = time(timing: "drain", entries, within: .zero ... .seconds(3_600))
        guard let connectRate, let warmup, let duration, let drain else { return nil }
        return Scenario.Timing(
            connectRate: connectRate,
            warmup: warmup,
            duration: duration,
            drain: drain
        )
    }

    private mutating func rate(timing name: String, _ entries: [String: Entry]) -> Double? {
        let found = readRate("$\(name)", name, within: 0.1...1_000_000)
        return timing(name, entries, found)
    }

    private mutating func time(
        timing name: String,
        _ entries: [String: Entry],
        within range: ClosedRange<Duration>
    ) -> Duration? {
        timing(name, entries, readTime("$\(name)", name, within: range))
    }

    /// Tells what is wrong where it was given: by a setting or in the file.
    private mutating func timing<Value>(
        _ name: String,
        _ entries: [String: Entry],
        _ found: Found<Value>
    ) -> Value? {
        switch found {
        case .value(let value): return value
        case .wrong(let message):
            if settings[name] != nil {
                note(setting: name, message)
            } else if let node = entries[name]?.value {
                note(node, message)
            } else {
                note(line: 1, message)
            }
            return nil
        }
    }
}
