internal import Topics

extension WantedFunction {
    /// Everything that a contract's rules need, in the order in which it can be made.
    static func all(of contract: TopicContract) -> [WantedFunction] {
        guard !contract.families.isEmpty else { return [] }
        let rules = contract.families.flatMap { family in
            family.members.distinctRules.map { rule(of: family, $0) }
        }
        return [exactBigint, exactUUID] + rules + [readerClass(of: contract)].compactMap { $0 }
    }

    /// Reads a whole number as PostgreSQL writes it; NULL for every other text.
    ///
    /// A SQL function without settings becomes part of the expression that calls it.
    private static let exactBigint = WantedFunction(
        name: "exact_bigint",
        parameter: "text",
        answer: "bigint",
        language: "sql",
        volatility: "i",
        body: """
            select case
                when $1 ~ '^(0|-?[1-9][0-9]{0,17})$' then $1::bigint
                when $1 ~ '^-?[1-9][0-9]{18}$' then case
                    when $1::numeric between -9223372036854775808 and 9223372036854775807
                    then $1::bigint
                end
            end
            """,
        callers: .everybody,
        family: nil,
        place: nil
    )

    /// Reads a UUID in its usual form, small or large letters; NULL for every other text.
    private static let exactUUID = WantedFunction(
        name: "exact_uuid",
        parameter: "text",
        answer: "uuid",
        language: "sql",
        volatility: "i",
        body: """
            select case
                when $1 ~ '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$'
                then $1::pg_catalog.uuid
            end
            """,
        callers: .everybody,
        family: nil,
        place: nil
    )

    /// The function of one rule: takes the topic apart, binds the parameters, asks.
    ///
    /// No setting and no exception block: this is called for every question that anybody asks.
    /// Names are checked to mean the same under an empty search path (``RuleTrial``).
    private static func rule(of family: TopicFamily, _ rule: FamilyRule) -> WantedFunction {
        let isClass = rule == .readerClass
        let callers: Callers = isClass ? .everybody : .roles(family.members.roles)
        return WantedFunction(
            name: RuleName.function(family.name, rule),
            parameter: nil,
            answer: isClass ? "text" : "boolean",
            language: "plpgsql",
            volatility: "s",
            body: RuleBody(family: family, rule: rule).text,
            callers: callers,
            family: family.name,
            place: rule.expression(in: family.members)?.place
        )
    }

    /// Answers the class of the caller on the topic that is asked about; NULL where none is.
    private static func readerClass(of contract: TopicContract) -> WantedFunction? {
        let families = contract.families.filter { $0.members.readerClass != nil }
        guard !families.isEmpty else { return nil }
        let arms = families.map { family in
            let function = SQLText.identifier(
                schema: "realtime",
                name: RuleName.function(family.name, .readerClass)
            )
            return "if waypost_family = \(SQLText.literal(family.name)) then "
                + "return \(function)(); end if;"
        }
        return WantedFunction(
            name: "reader_class",
            parameter: nil,
            answer: "text",
            language: "plpgsql",
            volatility: "s",
            body: """
                declare
                    waypost_family constant pg_catalog.text :=
                        pg_catalog.split_part(realtime.topic(), ':', 1);
                begin
                    \(arms.joined(separator: "\n    "))
                    return null;
                end
                """,
            callers: .everybody,
            family: nil,
            place: nil
        )
    }
}
