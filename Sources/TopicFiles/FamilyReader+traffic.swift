import Topics
import Yams

extension FamilyReader {
    /// Bytes of a broadcast's name at most.
    private static let nameByteCountMax = 255

    /// What may be broadcast: `none`, or rules.
    mutating func readBroadcast(_ node: Node) -> BroadcastRules {
        if node.scalar?.string == "none" { return BroadcastRules(names: []) }
        guard let entries = readEntries(of: node, .broadcast) else { return BroadcastRules() }
        let names = entries["events"].map {
            Set(readTexts($0.value, "broadcast.events", byteCountMax: Self.nameByteCountMax))
        }
        let byteCountMax = entries["max_bytes"].flatMap {
            readNumber($0.value, "broadcast.max_bytes", within: 1...100_000_000)
        }
        let countPerSecondMax = entries["rate"].flatMap { readRate($0.value) }
        return BroadcastRules(
            names: names,
            byteCountMax: byteCountMax,
            countPerSecondMax: countPerSecondMax
        )
    }

    /// How presence works.
    mutating func readPresence(_ node: Node) -> PresenceRules {
        guard let entries = readEntries(of: node, .presence) else { return PresenceRules() }
        let isEnabled = entries["enabled"].flatMap { readFlag($0.value, "presence.enabled") }
        let grace = entries["grace"].flatMap {
            readDuration($0.value, "presence.grace", within: .zero ... .seconds(300))
        }
        return PresenceRules(isEnabled: isEnabled ?? true, grace: grace)
    }

    /// How many channels a topic may have.
    mutating func readChannelCountMax(_ node: Node) -> Int? {
        guard let entries = readEntries(of: node, .limits) else { return nil }
        return entries["channels"].flatMap {
            readNumber($0.value, "limits.channels", within: 1...10_000_000)
        }
    }

    /// A duration such as `5s`.
    mutating func readDuration(
        _ node: Node,
        _ name: String,
        within range: ClosedRange<Duration>
    ) -> Duration? {
        let text = node.scalar?.string ?? ""
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units: [String: Int64] = [
            "ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
        ]
        guard let count = Int64(digits), let unit = units[String(text.dropFirst(digits.count))]
        else {
            note(node, "\(name) is \(shown(node)); write a number with ms, s, m, h or d, like 5s")
            return nil
        }
        let (milliseconds, isTooLarge) = count.multipliedReportingOverflow(by: unit)
        guard !isTooLarge, range.contains(.milliseconds(milliseconds)) else {
            note(
                node,
                "\(name) is \(shown(node)); it must be \(range.lowerBound.components.seconds) to "
                    + "\(range.upperBound.components.seconds) seconds"
            )
            return nil
        }
        return .milliseconds(milliseconds)
    }

    private mutating func readRate(_ node: Node) -> Int? {
        let text = node.scalar?.string ?? ""
        guard text.hasSuffix("/s"), let count = Int(text.dropLast(2)), (1...100_000).contains(count)
        else {
            note(
                node,
                "broadcast.rate is \(shown(node)); write how many a second there may be, 1 to "
                    + "100000, like 30/s"
            )
            return nil
        }
        return count
    }

    private mutating func readFlag(_ node: Node, _ name: String) -> Bool? {
        switch (node.scalar?.style, node.scalar?.string) {
        case (.plain, "true"): return true
        case (.plain, "false"): return false
        default:
            note(node, "\(name) is \(shown(node)); it is either true or false")
            return nil
        }
    }
}
