import Topics
import Wire

/// What `waypost topics list` prints.
enum TopicListReport {
    /// For people.
    static func text(_ contract: TopicContract) -> String {
        contract.families.map(text).joined(separator: "\n\n")
    }

    private static func text(_ family: TopicFamily) -> String {
        var lines = [family.summary.isEmpty ? "\(family.pattern)" : head(family)]
        func add(_ name: String, _ value: String?) {
            guard let value else { return }
            lines.append("  " + name.padded(to: 15) + " " + value)
        }
        for parameter in family.pattern.parameters {
            add(parameter.name, words(parameter.type))
        }
        add("roles", family.members.roles.joined(separator: ", "))
        for (name, rule) in rules(family) { add(name, rule.map(line) ?? "nobody") }
        add("class", family.members.readerClass.map(line))
        add("depends on", names(family.members.dependencies.map(\.table)))
        add("changes", names(family.changes.map(\.table)))
        add("broadcast", words(family.broadcast))
        add("presence", family.presence.isEnabled ? words(grace: family.presence.grace) : "none")
        add("retention", family.retention.map { words($0) })
        add("channels", family.channelCountMax.map { "at most \($0) of a topic" })
        add("file", family.place.file)
        return lines.joined(separator: "\n")
    }

    private static func head(_ family: TopicFamily) -> String {
        "\(family.pattern)  \(line(family.summary))"
    }

    private static func rules(_ family: TopicFamily) -> [(String, RuleExpression?)] {
        let members = family.members
        return [
            ("read", members.read), ("write", members.write),
            ("presence read", members.presenceRead), ("presence write", members.presenceWrite),
        ]
    }

    private static func line(_ rule: RuleExpression) -> String { line(rule.sql) }

    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func names(_ tables: [TableName]) -> String? {
        var seen: Set<TableName> = []
        let names = tables.filter { seen.insert($0).inserted }.map { table in
            table.schema == "public" ? table.name : table.description
        }
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }

    private static func words(_ type: TopicPattern.ParameterType) -> String {
        switch type {
        case .bigint: "bigint"
        case .uuid: "uuid"
        case .text(let pattern): "text that matches \(pattern)"
        }
    }

    private static func words(_ broadcast: BroadcastRules) -> String {
        if broadcast.names?.isEmpty == true { return "none" }
        let limits = [
            broadcast.byteCountMax.map { "\($0) bytes at most" },
            broadcast.countPerSecondMax.map { "\($0) a second" },
        ].compactMap { $0 }
        let names = broadcast.names.map { $0.sorted().joined(separator: ", ") } ?? "any name"
        return limits.isEmpty ? names : "\(names); \(limits.joined(separator: ", "))"
    }

    private static func words(grace: Duration?) -> String {
        grace.map { "yes, with \(words($0)) of grace" } ?? "yes"
    }

    private static func words(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard attoseconds == 0 else {
            return "\(seconds * 1_000 + attoseconds / 1_000_000_000_000_000) ms"
        }
        return seconds > 0 && seconds % 3_600 == 0 ? "\(seconds / 3_600) h" : "\(seconds) s"
    }

    /// For programs: one line.
    static func json(_ contract: TopicContract) -> String {
        JSON.array(contract.families.map(json)).text.text
    }

    private static func json(_ family: TopicFamily) -> JSON {
        let parameters = family.pattern.parameters.map { parameter -> JSON in
            switch parameter.type {
            case .bigint: object([("name", .string(parameter.name)), ("type", .string("bigint"))])
            case .uuid: object([("name", .string(parameter.name)), ("type", .string("uuid"))])
            case .text(let pattern):
                object([
                    ("name", .string(parameter.name)), ("type", .string("text")),
                    ("pattern", .string(pattern)),
                ])
            }
        }
        let rules = rules(family).map { name, rule in
            (name.replacing(" ", with: "_"), rule.map { JSON.string($0.sql) } ?? .null)
        }
        return object([
            ("family", .string(family.name)),
            ("pattern", .string(family.pattern.description)),
            ("summary", .string(family.summary)),
            ("file", .string(family.place.file)),
            ("parameters", .array(parameters)),
            ("roles", texts(family.members.roles)),
            ("rules", object(rules)),
            ("class", family.members.readerClass.map { .string($0.sql) } ?? .null),
            ("depends_on", texts(family.members.dependencies.map(\.table.description))),
            ("changes", texts(family.changes.map(\.table.description))),
            ("broadcast", json(family.broadcast)),
            ("presence", .bool(family.presence.isEnabled)),
        ])
    }

    private static func json(_ broadcast: BroadcastRules) -> JSON {
        object([
            ("events", broadcast.names.map { texts($0.sorted()) } ?? .null),
            ("max_bytes", broadcast.byteCountMax.map { .number("\($0)") } ?? .null),
            ("per_second", broadcast.countPerSecondMax.map { .number("\($0)") } ?? .null),
        ])
    }

    private static func texts(_ texts: [String]) -> JSON {
        .array(texts.map { .string($0) })
    }

    private static func object(_ members: [(String, JSON)]) -> JSON {
        .object(members.map { JSON.Member(key: $0.0, value: $0.1) })
    }
}

extension String {
    /// The text with blanks behind it, as long as a column is wide.
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
