import Yams

extension ScenarioReader {
    /// Actions of one population: streams of marks leave room for so many.
    private static let actionCountMax = 16

    /// Writers: streams of marks leave room for so many.
    private static let writerCountMax = 1_024

    /// A population by its name; nil where it is wrong.
    struct NamedPopulation {
        let name: String
        let population: Population?
    }

    /// The populations in their order.
    mutating func readPopulations(_ node: Node) -> [NamedPopulation] {
        let named = readNamed(node, "populations").map { name, entry in
            NamedPopulation(name: name, population: readPopulation(name, entry.value))
        }
        guard named.allSatisfy({ $0.population != nil }) else { return named }
        let count = named.reduce(0) { $0 + ($1.population?.count ?? 0) }
        if !named.isEmpty, !(1...Scenario.sessionCountMax).contains(count) {
            note(
                node,
                "all populations together have \(count) sessions; there must be 1 to "
                    + "\(Scenario.sessionCountMax)"
            )
        }
        return named
    }

    private mutating func readPopulation(_ name: String, _ node: Node) -> Population? {
        guard let entries = readEntries(of: node, .population) else { return nil }
        let problemCount = problems.count
        let sessions = 0...Scenario.sessionCountMax
        let count = entries["count"].flatMap { readCount($0.value, "count", within: sessions) }
        let groupSize = entries["group_size"].flatMap {
            readCount($0.value, "group_size", within: 1...Scenario.sessionCountMax)
        }
        let firstGroup = entries["first_group"].flatMap {
            readCount($0.value, "first_group", within: 1...1_000_000_000_000)
        }
        let role = entries["role"].flatMap { readText($0.value, "role") } ?? "authenticated"
        let sub = entries["sub"].flatMap {
            readText($0.value, "sub", places: Template.sessionPlaces)
        }
        let serializers = entries["serializers"].map { readSerializers($0.value) }
        let topics = entries["topics"].map { readTopics($0.value) } ?? []
        let actions = entries["actions"].map { readActions($0.value, topics) }
        guard problems.count == problemCount, let count else { return nil }
        return Population(
            name: name,
            count: count,
            groupSize: groupSize,
            firstGroup: firstGroup ?? 1,
            role: role == "none" ? nil : role,
            sub: Template(sub ?? "{session_uuid}"),
            serializers: serializers ?? [1, 2],
            topics: topics.map(\.plan),
            actions: actions ?? []
        )
    }

    private mutating func readSerializers(_ node: Node) -> [Int] {
        let found = readList(node, "serializers").compactMap { entry in
            readCount(entry, "an entry of serializers", within: 1...2)
        }
        if found.isEmpty { note(node, "serializers has none; write [1], [2] or [1, 2]") }
        return found
    }

    typealias NamedTopic = (name: String, plan: TopicPlan)

    private mutating func readTopics(_ node: Node) -> [NamedTopic] {
        readNamed(node, "topics").compactMap { name, entry in
            guard let entries = readEntries(of: entry.value, .topic),
                let topic = entries["topic"].flatMap({
                    readText($0.value, "topic", places: Template.sessionPlaces)
                })
            else { return nil }
            func flag(_ key: String) -> Bool {
                entries[key].flatMap { readFlag($0.value, key) } ?? false
            }
            let plan = TopicPlan(
                topic: Template(topic),
                isPrivate: flag("private"),
                receivesOwn: flag("self"),
                acknowledges: flag("ack"),
                hasPresence: flag("presence"),
                replays: flag("replay"),
                mayBeUnmarked: flag("unmarked")
            )
            if let replay = entries["replay"], plan.replays, !plan.isPrivate {
                note(replay.key, "only private channels have replay; add `private: true`")
            }
            return (name, plan)
        }
    }

    private mutating func readActions(_ node: Node, _ topics: [NamedTopic]) -> [ActionPlan] {
        let entries = readList(node, "actions")
        if entries.count > Self.actionCountMax {
            note(node, "a population has at most \(Self.actionCountMax) actions")
        }
        return entries.compactMap { readAction($0, topics) }.filter { $0.share > 0 }
    }

    private mutating func readAction(_ node: Node, _ topics: [NamedTopic]) -> ActionPlan? {
        guard let entries = readEntries(of: node, .action) else { return nil }
        let kinds = ActionKind.allCases.filter { entries[$0.rawValue] != nil }
        guard let kind = kinds.first, kinds.count == 1, let said = entries[kind.rawValue] else {
            let names = ActionKind.allCases.map(\.rawValue).joined(separator: ", ")
            note(node, "an action has one of these keys: \(names)")
            return nil
        }
        let problemCount = problems.count
        let known = kind.keys + ActionKind.commonKeys + [kind.rawValue]
        for (name, entry) in entries where !known.contains(name) {
            note(
                entry.key,
                "`\(kind.rawValue)` has no `\(name)`; it has \(known.joined(separator: ", "))"
            )
        }
        let share = entries["share"].map { readShare($0.value, "share") } ?? 1
        let action = readKind(kind, said, entries, topics)
        let interval = readInterval(node, entries, action)
        guard problems.count == problemCount, let action, let interval, let share else {
            return nil
        }
        return ActionPlan(action: action, interval: interval, share: share)
    }

    private mutating func readInterval(
        _ node: Node,
        _ entries: [String: Entry],
        _ action: Action?
    ) -> Duration? {
        if case .broadcast(_, _, _, let inFlight) = action, inFlight > 0 { return .zero }
        guard let every = entries["every"] else {
            note(node, "an action has no `every`, which it needs: how long until the next, like 5s")
            return nil
        }
        return readTime(every.value, "every", within: .microseconds(1) ... .seconds(86_400))
    }

    private mutating func readKind(
        _ kind: ActionKind,
        _ said: Entry,
        _ entries: [String: Entry],
        _ topics: [NamedTopic]
    ) -> Action? {
        let pauses = Duration.zero ... .seconds(3_600)
        switch kind {
        case .broadcast:
            return readBroadcast(said, entries, topics)
        case .track:
            guard let slot = readSlot(said.value, topics) else { return nil }
            if !topics[slot].plan.hasPresence {
                note(said.value, "the topic \(shown(said.value)) has no `presence: true`")
            }
            return .track(slot: slot)
        case .rejoin:
            let pause = entries["pause"].map { readTime($0.value, "pause", within: pauses) }
            return readSlot(said.value, topics).map {
                .rejoin(slot: $0, pause: (pause ?? nil) ?? .zero)
            }
        case .reconnect:
            let pause = entries["pause"].map { readTime($0.value, "pause", within: pauses) }
            guard let way = said.value.scalar?.string, ["abrupt", "clean"].contains(way) else {
                note(said.value, "reconnect is \(shown(said.value)); it must be abrupt or clean")
                return nil
            }
            return .reconnect(pause: (pause ?? nil) ?? .zero, isAbrupt: way == "abrupt")
        case .refreshToken:
            guard readFlag(said.value, "refresh_token") == true else {
                note(said.value, "write `refresh_token: true`, or leave the action out")
                return nil
            }
            return .refreshToken
        case .pauseReading:
            return readTime(said.value, "pause_reading", within: pauses).map { .pauseReading($0) }
        }
    }

    private mutating func readBroadcast(
        _ said: Entry,
        _ entries: [String: Entry],
        _ topics: [NamedTopic]
    ) -> Action? {
        let name = readText(said.value, "broadcast")
        let bytes = entries["bytes"].map {
            readCount($0.value, "bytes", within: Scenario.broadcastByteCounts)
        }
        let inFlight = entries["in_flight"].map {
            readCount($0.value, "in_flight", within: 0...100_000)
        }
        let slot: Int?
        if let to = entries["to"] {
            slot = readSlot(to.value, topics)
        } else if topics.count == 1 {
            slot = 0
        } else {
            note(said.key, "a broadcast has no `to`, which it needs: the name of one of its topics")
            slot = nil
        }
        guard let slot, let name, let bytes = bytes ?? 128, let inFlight = inFlight ?? 0 else {
            return nil
        }
        if inFlight > 0, !topics[slot].plan.receivesOwn {
            note(said.key, "messages in flight are counted when they come back: add `self: true`")
        }
        return .broadcast(slot: slot, name: name, byteCount: bytes, inFlight: inFlight)
    }

    private mutating func readSlot(_ node: Node, _ topics: [NamedTopic]) -> Int? {
        let name = node.scalar?.string ?? ""
        guard let slot = topics.firstIndex(where: { $0.name == name }) else {
            let names = topics.map(\.name)
            note(node, "there is no topic \(shown(node))" + NearWord.hint(name, among: names))
            return nil
        }
        return slot
    }

    /// The writers in their order, without those that write nothing.
    mutating func readWriters(_ node: Node, _ populations: [NamedPopulation]) -> [WriterPlan] {
        let named = readNamed(node, "writers")
        if named.count > Self.writerCountMax {
            note(node, "a scenario has at most \(Self.writerCountMax) writers")
        }
        return named.compactMap { readWriter($0.name, $0.entry.value, populations) }
    }

    private mutating func readWriter(
        _ name: String,
        _ node: Node,
        _ populations: [NamedPopulation]
    ) -> WriterPlan? {
        guard let entries = readEntries(of: node, .writer) else { return nil }
        let place = entries["population"].flatMap { readPlace($0.value, populations) }
        let topic = entries["topic"].flatMap {
            readText($0.value, "topic", places: Template.groupPlaces)
        }
        let rate = entries["rate"].flatMap {
            readRate($0.value, "rate", within: 0...1_000_000)
        }
        let connectionCount = entries["connections"].map {
            readCount($0.value, "connections", within: 1...1_000)
        }
        let sql = entries["sql"].flatMap {
            readText($0.value, "sql", places: Template.statementPlaces)
        }
        if let sql, !sql.contains("{mark}"), let node = entries["sql"]?.value {
            note(node, "sql has no {mark}; write it where a text may stand, such as '{mark}'")
        }
        guard let place, let topic, let rate, let sql, let connectionCount = connectionCount ?? 1
        else { return nil }
        guard rate > 0 else { return nil }
        if populations[place].population?.count == 0 {
            note(node, "the writer's population `\(populations[place].name)` has no sessions")
        }
        return WriterPlan(
            name: name,
            population: place,
            topic: Template(topic),
            rate: rate,
            connectionCount: connectionCount,
            sql: Template(sql)
        )
    }

    private mutating func readPlace(_ node: Node, _ populations: [NamedPopulation]) -> Int? {
        let name = node.scalar?.string ?? ""
        guard let place = populations.firstIndex(where: { $0.name == name }) else {
            let names = populations.map(\.name)
            note(node, "there is no population \(shown(node))" + NearWord.hint(name, among: names))
            return nil
        }
        return place
    }
}
