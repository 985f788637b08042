import TopicFiles
import Testing
import Topics

@Suite struct FamilyReaderTests {
    /// What is said of a file, without its name: `3: error: …`.
    private func problems(_ text: String) -> [String] {
        do {
            _ = try TopicFiles.contract(of: [TopicFileText(name: "a.yaml", text: text)])
            return []
        } catch {
            return error.problems.map { "\($0)".replacing("a.yaml:", with: "") }
        }
    }

    private func family(_ text: String) throws -> TopicFamily {
        let contract = try TopicFiles.contract(of: [TopicFileText(name: "a.yaml", text: text)])
        return try #require(contract.families.first)
    }

    /// A file that is right, and then some lines.
    private static func file(_ more: String) -> String {
        """
        topic: trip:{trip_id}
        parameters: { trip_id: bigint }
        members: { read: "true" }

        """ + more
    }

    @Test("A file that says little gets every default")
    func defaults() throws {
        let family = try family(Self.file(""))
        #expect(family.name == "trip" && family.pattern.description == "trip:{trip_id}")
        #expect(family.pattern.parameters.map(\.type) == [.bigint])
        #expect(family.members.roles == ["authenticated"])
        #expect(family.members.read.sql == "true" && family.members.write == nil)
        #expect(family.members.presenceRead.sql == "true")
        #expect(family.members.presenceWrite?.sql == "true")
        #expect(family.changes.isEmpty && family.summary.isEmpty)
        #expect(family.broadcast == BroadcastRules() && family.presence == PresenceRules())
        #expect(family.retention == nil && family.channelCountMax == nil)
        #expect(family.place == SourcePlace(file: "a.yaml", line: 1))
    }

    @Test("A file that says everything is read as it is")
    func everything() throws {
        let family = try family(Self.whole)
        #expect(family.summary == "A day of a trip.")
        #expect(
            family.pattern
                == TopicPattern(
                    family: "day",
                    parameters: [
                        .init(name: "trip_id", type: .uuid),
                        .init(name: "day", type: .text(matching: "[0-9]{1,3}")),
                    ]
                )
        )
        let members = family.members
        #expect(members.roles == ["authenticated", "guide"])
        #expect(members.read.sql == "public.reads(trip_id, day)" && members.read.place.line == 6)
        #expect(members.write?.sql == "public.writes(trip_id)\nand day <> '1'")
        #expect(members.presenceRead.sql == "a()" && members.presenceWrite?.sql == "b()")
        #expect(members.readerClass?.sql == "case when c() then 'editor' else 'viewer' end")
        let trips = TableName("trips")
        #expect(
            members.dependencies == [
                MembershipDependency(
                    table: TableName("guides"),
                    key: nil,
                    member: "user_id",
                    columns: ["role", "Odd name"],
                    at: SourcePlace(file: "a.yaml", line: 13)
                )
            ]
        )
        let change = try #require(family.changes.first)
        #expect(change.table == TableName(schema: "plan", "items") && change.place.line == 15)
        #expect(
            change.key == [
                ColumnPath("trip_id", steps: [.init(table: trips, match: "id", take: "uuid")]),
                ColumnPath("day"),
            ]
        )
        #expect(change.operations == [.insert, .delete])
        #expect(
            change.columns
                == .byClass(["viewer": .except(["budget"]), "editor": .all, "me": .only(["id"])])
        )
        #expect(change.condition?.sql == "is_final")
        #expect(
            family.broadcast
                == BroadcastRules(
                    names: ["cursor", "trip:activity"],
                    byteCountMax: 16_384,
                    countPerSecondMax: 30
                )
        )
        #expect(family.presence == PresenceRules(isEnabled: false, grace: .milliseconds(1_500)))
        #expect(family.retention == .seconds(86_400) && family.channelCountMax == 5_000)
    }

    private static let whole = """
        # A comment.
        topic: day:{trip_id}:{day}
        parameters: { trip_id: uuid, day: { type: text, pattern: "[0-9]{1,3}" } }
        members:
          roles: [authenticated, guide]
          read: public.reads(trip_id, day)
          write: |
            public.writes(trip_id)
            and day <> '1'
          presence: { read: a(), write: b() }
          class: case when c() then 'editor' else 'viewer' end
          depends_on:
            - { table: guides, member: user_id, columns: [role, '"Odd name"'] }
        changes:
          - table: plan.items
            key: { day: day, trip_id: trip_id -> trips.id -> uuid }
            events: [INSERT, DELETE]
            columns: { viewer: { except: [budget] }, editor: all, me: { only: [id] } }
            when: is_final
        broadcast: { events: [cursor, "trip:activity"], max_bytes: 16384, rate: 30/s }
        presence: { enabled: false, grace: 1500ms }
        retention: 24h
        limits: { channels: 5000 }
        summary: A day of a trip.
        """

    @Test("Nobody may broadcast where the file says none")
    func noBroadcast() throws {
        #expect(try family(Self.file("broadcast: none")).broadcast == BroadcastRules(names: []))
    }

    @Test("Who may see presence may show himself, unless the file says otherwise")
    func presenceRules() throws {
        let members = try family(
            """
            topic: a:{b}
            parameters: { b: uuid }
            members: { read: r(), write: w(), presence: { read: p() } }
            """
        ).members
        #expect(members.presenceRead.sql == "p()" && members.presenceWrite?.sql == "p()")
    }

    @Test(
        "What follows the members is told with its line and what to do",
        arguments: [
            ("retention: 5", "4: error: retention is `5`; write a number with ms, s, m, h or d"),
            ("retention: 0s", "4: error: retention is `0s`; it must be 1 to"),
            ("retention: 99999999999999999999d", "4: error: retention is"),
            ("retention: 9000000000000000h", "4: error: retention is"),
            ("broadcasts: none", "4: error: unknown key `broadcasts` in a topic file; did you"),
            ("colour: red", "4: error: unknown key `colour` in a topic file; there are topic"),
            ("broadcast: nobody", "4: error: broadcast must hold keys and values"),
            ("broadcast:\n  rate: 30/m", "5: error: broadcast.rate is `30/m`; write how many"),
            ("broadcast:\n  rate: 0/s", "5: error: broadcast.rate is `0/s`"),
            ("broadcast: { max_bytes: 16k }", "4: error: broadcast.max_bytes is `16k`; it must be"),
            ("broadcast: { max_bytes: \"1\" }", "4: error: broadcast.max_bytes is `1`"),
            ("broadcast: { events: [] }", "4: error: broadcast.events is an empty list"),
            ("broadcast: { events: cursor }", "4: error: broadcast.events must be a list"),
            ("broadcast: { events: [a, [b]] }", "4: error: an entry of broadcast.events must be"),
            ("broadcast: { events: [a, a] }", "4: error: `a` stands twice in broadcast.events"),
            ("presence: { enabled: \"true\" }", "4: error: presence.enabled is `true`; it is"),
            ("presence: { enabled: yes }", "4: error: presence.enabled is `yes`"),
            ("presence: { grace: 1h }", "4: error: presence.grace is `1h`; it must be 0 to 300"),
            ("limits: { channels: 0 }", "4: error: limits.channels is `0`; it must be a whole"),
            ("summary:", "4: error: summary is empty"),
            ("changes: all", "4: error: changes must be a list"),
            ("changes: [trips]", "4: error: an entry of changes must hold keys and values"),
            ("changes: [{ table: trips }]", "4: error: an entry of changes has no `key`"),
            ("changes: [{ key: id }]", "4: error: an entry of changes has no `table`"),
            ("changes: [{ table: a.b.c, key: id }]", "4: error: `a.b.c` is no table: more names"),
            ("changes: [{ table: \"a b\", key: id }]", "4: error: `a b` is no table: `b` is no"),
            ("changes: [{ table: a, key: [b, c] }]", "4: error: key has 2 ways for 1 parameters"),
            ("changes: [{ table: a, key: { trip: b } }]", "4: error: key names `trip`, which is"),
            ("changes: [{ table: a, key: {} }]", "4: error: key has no way for the parameter"),
            ("changes: [{ table: a, key: b -> c }]", "4: error: the way `b -> c` cannot be read"),
            (
                "changes: [{ table: a, key: b, events: [insert] }]",
                "4: error: `insert` is no event; there are INSERT"
            ),
            (
                "changes: [{ table: a, key: b, events: [INSERT, INSERT] }]",
                "4: error: INSERT stands twice"
            ),
            ("changes: [{ table: a, key: b, events: [] }]", "4: error: events is an empty list"),
            ("changes: [{ table: a, key: b, columns: some }]", "4: error: columns is `some`"),
            (
                "changes: [{ table: a, key: b, columns: { only: [] } }]",
                "4: error: only is an empty list"
            ),
            (
                "changes: [{ table: a, key: b, columns: { only: [c, c] } }]",
                "4: error: the column `c` stands twice"
            ),
            (
                "changes: [{ table: a, key: b, columns: { only: [c], except: [d] } }]",
                "4: error: columns has to say either"
            ),
            (
                "changes: [{ table: a, key: b, columns: { viewer: all } }]",
                "4: error: columns differ by class, but members has no `class`"
            ),
            (
                "changes:\n  - { table: a, key: b }\n  - { table: public.a, key: c }",
                "6: error: the table public.a stands already in line 5"
            ),
        ]
    )
    func wrongTraffic(more: String, expected: String) {
        let problems = problems(Self.file(more))
        #expect(problems.contains { $0.hasPrefix(expected) }, "\(problems)")
    }

    @Test(
        "A wrong pattern is told, and so is a parameter without a type or a type without one",
        arguments: [
            ("trip", "a: uuid", "the pattern `trip` has no parameter"),
            ("9trip:{a}", "a: uuid", "the family's name `9trip` must begin with a letter"),
            ("trïp:{a}", "a: uuid", "the family's name `trïp` must begin"),
            (":{a}", "a: uuid", "the family's name `` must begin"),
            ("x_presence:{a}", "a: uuid", "a family's name cannot end in `_presence`"),
            ("trip:a", "a: uuid", "`a` is no parameter in braces"),
            ("trip:{a}:", "a: uuid", "`` is no parameter in braces"),
            ("trip:{A}", "A: uuid", "the parameter's name `A` must be lower case"),
            ("trip:{a b}", "a b: uuid", "the parameter's name `a b` must be"),
            ("trip:{a\"}", "a: uuid", "the parameter's name `a\"` must be"),
            ("trip:{user}", "user: uuid", "the parameter `user` means something else in SQL"),
            ("trip:{waypost_parts}", "waypost_parts: uuid", "the parameter `waypost_parts` means"),
            ("trip:{a}:{a}", "a: uuid", "the parameter `a` stands twice in the pattern"),
            ("trip:{a}", "b: uuid", "the parameter `a` has no type"),
            ("trip:{a}", "a: uuid, b: uuid", "the parameter `b` does not stand in the pattern"),
            ("trip:{a}", "a: int", "the parameter `a` has the type `int`; there are bigint"),
            ("trip:{a}", "a: text", "the parameter `a` is a text without a pattern"),
            ("trip:{a}", "a: { type: text }", "the parameter `a` is a text without a pattern"),
            ("trip:{a}", "a: { type: text, pattern: '' }", "the pattern of `a` is empty"),
            ("trip:{a}", "a: { type: uuid, pattern: x }", "only a text has a pattern"),
            ("trip:{a}", "a: { pattern: x }", "a parameter's type has no `type`"),
            ("trip:{a}", "a: [uuid]", "the parameter `a` has the type a list"),
            (
                "a:{b1}:{b2}:{b3}:{b4}:{b5}:{b6}:{b7}:{b8}:{b9}", "b1: uuid",
                "a pattern has at most 8 parameters"
            ),
        ]
    )
    func wrongPattern(topic: String, parameters: String, expected: String) {
        let problems = problems(
            "topic: '\(topic)'\nparameters: { \(parameters) }\nmembers: { read: \"true\" }"
        )
        #expect(problems.contains { $0.contains("error: \(expected)") }, "\(problems)")
    }

    @Test(
        "Wrong rules of members are told",
        arguments: [
            ("members: x", "3: error: members must hold keys and values"),
            ("members: { write: x }", "3: error: members has no `read`"),
            ("members: { read: }", "3: error: members.read is empty"),
            ("members: { read: [x] }", "3: error: members.read must be a text"),
            ("members: { read: x, roles: [] }", "3: error: roles is an empty list"),
            ("members: { read: x, roles: authenticated }", "3: error: roles must be a list"),
            ("members: { read: x, see: y }", "3: error: unknown key `see` in members"),
            ("members: { read: x, presence: y }", "3: error: members.presence must hold"),
            (
                "members: { read: x, depends_on: [{ table: t }] }",
                "3: error: an entry of depends_on"
            ),
            (
                "members: { read: x, depends_on: [{ table: t, key: [a, b] }] }",
                "3: error: key has 2 ways for 1 parameters"
            ),
            (
                "members: { read: x, depends_on: [{ table: t, key: a, member: b.c }] }",
                "3: error: member is `b.c`, which is no column"
            ),
            (
                "members: { read: x, depends_on: [{ table: t, key: a, columns: [b, b] }] }",
                "3: error: the column `b` stands twice in columns"
            ),
        ]
    )
    func wrongMembers(members: String, expected: String) {
        let problems = problems("topic: trip:{a}\nparameters: { a: uuid }\n\(members)")
        #expect(problems.contains { $0.hasPrefix(expected) }, "\(problems)")
    }

    @Test("Everything that is wrong is told at once, in the order of lines")
    func allAtOnce() {
        let problems = problems(
            """
            topic: trip:{trip_id}
            parameters: { trip_id: integer }
            members:
              write: x
            changes:
              - { table: trips, key: id, events: [UPSERT] }
              - { table: trips, key: id }
            presence: { grace: soon }
            colour: red
            """
        )
        #expect(problems.map { $0.prefix { $0 != ":" } } == ["2", "4", "6", "7", "8", "9"])
    }

    @Test(
        "What is no mapping of YAML is told with its line",
        arguments: [
            ("", "1: error: is empty"),
            ("# Only a comment.", "1: error: is empty"),
            ("- a", "1: error: a topic file must hold keys"),
            ("a: b: c", "1: error: is not valid YAML, column 5"),
            ("topic: a\ntopic: b", "1: error: the key `topic` stands twice"),
            ("a: 'b", "1: error: is not valid YAML"),
            ("a: b\n---\na: b", "2: error: is not valid YAML"),
            ("a: \u{1}", "1: error: is not valid YAML"),
            ("a: b\n? [c]\n: d", "2: error: unknown key a list in a topic file"),
        ]
    )
    func noYAML(text: String, expected: String) {
        let problems = problems(text)
        #expect(problems.contains { $0.hasPrefix(expected) }, "\(problems)")
    }

    @Test("Aliases are refused before they can grow, and SQL that looks a little like them is not")
    func aliases() throws {
        var bomb = "a0: &a0 [x, x]\n"
        for level in 1...60 {
            let before = "a\(level - 1)"
            bomb += "a\(level): &a\(level) [*\(before), *\(before)]\n"
        }
        bomb += "? *a60\n: x\n"
        #expect(
            problems(bomb) == [
                "2: error: refers to the anchor `a0`; anchors and aliases are not read, so write it out"
            ]
        )
        let sql = "a.flags & 2 = 2 and 2 * 2 = 4 and b.x&c"
        let members = "members: { read: \"\(sql)\" }"
        let text = "topic: trip:{a}\nparameters: { a: uuid }\n\(members)"
        #expect(try family(text).members.read.sql == sql)
    }

    @Test(
        "Brackets without end are refused, not followed",
        arguments: ["[", "{", "- ", "? ", "a: [", "[{"]
    )
    func nesting(opening: String) {
        let problems = problems(String(repeating: opening, count: 50_000))
        #expect(problems.count == 1)
    }

    @Test("A file that is too large is refused")
    func size() {
        let text = Self.file("# " + String(repeating: "x", count: TopicFiles.fileByteCountMax))
        #expect(problems(text).first?.contains("is larger than 262144 bytes") == true)
    }
}
