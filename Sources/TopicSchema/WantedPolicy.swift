internal import Topics

/// A policy on `realtime.messages` as the topic files want it.
struct WantedPolicy: Hashable {
    /// What the policy is for, as the catalog has it.
    enum Command: String {
        case select = "r"
        case insert = "a"
    }

    /// The name, not quoted.
    let name: String
    let command: Command
    let roles: [String]
    let expression: String
    let family: String
    /// Where a file asks for it.
    let place: SourcePlace

    /// The policy as people name it.
    var title: String { "policy \(name) on realtime.messages" }

    var digest: String { Digest.of([command.rawValue, expression] + roles.sorted()) }

    /// Everything that a contract's rules need.
    static func all(of contract: TopicContract) -> [WantedPolicy] {
        contract.families.flatMap { family in
            policies(of: family, .select, broadcast: .read, presence: .presenceRead)
                + policies(of: family, .insert, broadcast: .write, presence: .presenceWrite)
        }
    }

    /// One policy for both kinds of message where one rule decides both: whoever asks both at once
    /// then asks it once.
    private static func policies(
        of family: TopicFamily,
        _ command: Command,
        broadcast: FamilyRule,
        presence: FamilyRule
    ) -> [WantedPolicy] {
        let members = family.members
        let broadcastRule = members.representative(of: broadcast)
        let presenceRule = members.representative(of: presence)
        guard broadcastRule != presenceRule else {
            return broadcastRule.map { rule in
                [policy(of: family, command, broadcast, calling: rule, extension: nil)]
            } ?? []
        }
        return [
            broadcastRule.map {
                policy(of: family, command, broadcast, calling: $0, extension: "broadcast")
            },
            presenceRule.map {
                policy(of: family, command, presence, calling: $0, extension: "presence")
            },
        ].compactMap { $0 }
    }

    /// The name's beginning is compared before the function is called: every policy of the table
    /// is asked about every topic.
    ///
    /// The row's own topic must be the one that is asked about: somebody who can run SQL could
    /// else ask about his own topic, and read the rows of all.
    private static func policy(
        of family: TopicFamily,
        _ command: Command,
        _ rule: FamilyRule,
        calling called: FamilyRule,
        extension kind: String?
    ) -> WantedPolicy {
        let function = SQLText.identifier(
            schema: "realtime",
            name: RuleName.function(family.name, called)
        )
        let parts = [
            kind.map { "extension = \(SQLText.literal($0))" }
                ?? "extension in ('broadcast', 'presence')",
            "topic = realtime.topic()",
            "starts_with(topic, \(SQLText.literal(family.name + ":")))",
            "\(function)()",
        ]
        return WantedPolicy(
            name: RuleName.policy(family.name, rule),
            command: command,
            roles: family.members.roles,
            expression: parts.joined(separator: " and "),
            family: family.name,
            place: rule.expression(in: family.members)?.place ?? family.place
        )
    }

    /// Makes it anew, and notes what PostgreSQL made of it.
    var statements: [String] {
        let quoted = SQLText.identifier(name)
        let clause = command == .select ? "using" : "with check"
        let to = roles.map { SQLText.identifier($0) }.joined(separator: ", ")
        return [
            "drop policy if exists \(quoted) on realtime.messages;",
            """
            create policy \(quoted) on realtime.messages for \
            \(command == .select ? "select" : "insert")
            to \(to) \(clause) (\(expression));
            """,
            "do \(SQLText.body(notingBody));",
        ]
    }

    private var notingBody: String {
        let note = SchemaNote(family: family, digest: digest, fingerprint: "%s").text
        return """
            begin
                execute pg_catalog.format(
                    'comment on policy %I on realtime.messages is %L',
                    \(SQLText.literal(name)),
                    pg_catalog.replace(\(SQLText.literal(note)), '%s', (
                        select \(Self.fingerprint(of: "p"))
                        from pg_catalog.pg_policy as p
                        where p.polrelid = 'realtime.messages'::pg_catalog.regclass
                            and p.polname = \(SQLText.literal(name))
                    ))
                );
            end
            """
    }

    /// The fingerprint of a row of `pg_policy`, as an SQL expression.
    static func fingerprint(of policy: String) -> String {
        """
        pg_catalog.md5(pg_catalog.concat_ws('|', \(policy).polcmd, \(policy).polpermissive, \
        pg_catalog.pg_get_expr(\(policy).polqual, \(policy).polrelid), \
        pg_catalog.pg_get_expr(\(policy).polwithcheck, \(policy).polrelid)))
        """
    }
}
