internal import Topics

/// The body of a rule's function.
struct RuleBody {
    let family: TopicFamily
    let rule: FamilyRule
    /// Whether the rule is asked whatever the topic's parts are.
    var isTrial = false

    /// The source in PL/pgSQL.
    ///
    /// An unqualified name is the parameter, also within a subselect whose table has a column of
    /// that name. A rule that is NULL is no.
    var text: String {
        """
        #variable_conflict use_variable
        declare
            waypost_parts constant pg_catalog.text[] :=
                pg_catalog.string_to_array(realtime.topic(), ':');
            \(declarations.joined(separator: "\n    "))
        begin
            if \(conditions.joined(separator: "\n        and ")) then
                return \(answer);
            end if;
            return \(rule == .readerClass ? "null" : "false");
        end
        """
    }

    /// Names that rules cannot use for parameters, because the function has them.
    static let reservedPrefix = "waypost_"

    private var answer: String {
        // On lines of its own, as it was written: a comment must not swallow what follows.
        let expression = rule.expression(in: family.members)?.sql ?? "null"
        return rule == .readerClass
            ? "coalesce((\n\(expression)\n), null::pg_catalog.text)"
            : "case when (\n\(expression)\n) then true else false end"
    }

    private var declarations: [String] {
        parameters.map { place, parameter in
            let name = SQLText.identifier(parameter.name)
            let part = "waypost_parts[\(place)]"
            return switch parameter.type {
            case .bigint where isTrial: "\(name) constant bigint := \(part);"
            case .uuid where isTrial: "\(name) constant pg_catalog.uuid := \(part);"
            case .bigint: "\(name) constant bigint := realtime.exact_bigint(\(part));"
            case .uuid: "\(name) constant pg_catalog.uuid := realtime.exact_uuid(\(part));"
            case .text: "\(name) constant pg_catalog.text := \(part);"
            }
        }
    }

    private var conditions: [String] {
        guard !isTrial else { return ["true"] }
        return [
            "pg_catalog.cardinality(waypost_parts) = \(family.pattern.parameters.count + 1)",
            "waypost_parts[1] = \(SQLText.literal(family.name))",
        ]
            + parameters.map { place, parameter in
                switch parameter.type {
                case .bigint, .uuid: "\(SQLText.identifier(parameter.name)) is not null"
                case .text(let pattern): "waypost_parts[\(place)] ~ \(Self.whole(pattern))"
                }
            }
    }

    private var parameters: [(place: Int, parameter: TopicPattern.Parameter)] {
        family.pattern.parameters.enumerated().map { ($0.offset + 2, $0.element) }
    }

    /// A pattern that a text must match from its first character to its last, as SQL.
    static func whole(_ pattern: String) -> String { SQLText.literal("^(?:\(pattern))$") }
}
