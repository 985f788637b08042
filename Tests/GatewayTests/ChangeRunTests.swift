import Postgres
import TestSupport
import Testing
import Tokens
import WebSocketClient
import Wire

@testable import Gateway

/// `postgres_changes` from the database to WebSockets and back.
@Suite struct ChangeRunTests {
    /// A table without row security, and one whose rows only their owners see.
    private static let tables = """
        create table public.todos (
            id int8 primary key, title text, done boolean, tags text[], raw bytea
        );
        grant select, insert, update, delete on public.todos to anon, authenticated;
        create table public.plain (id int4 primary key, secret text, open text);
        grant select (id, open) on public.plain to authenticated;
        create table public.blind (id int4 primary key, open text);
        grant select (open) on public.blind to authenticated;
        create table public.unlisted (id int4 primary key);
        create table public.notes (id int4 primary key, owner uuid, body text);
        alter table public.notes enable row level security;
        grant select on public.notes to authenticated;
        create policy own on public.notes for select to authenticated
            using (owner = auth.uid());
        alter publication supabase_realtime
            add table public.todos, public.plain, public.notes, public.blind;
        grant trigger on public.todos, public.plain, public.notes, public.blind to waypost
        """

    private static func with(
        _ settings: [ConfigurationKey: String] = [:],
        _ body: (TestNode) async throws -> Void
    ) async throws {
        try await TestNode.with(settings) { node in
            try node.sql(tables)
            try await body(node)
        }
    }

    private func binding(
        _ table: String,
        event: String = "*",
        filter: String? = nil,
        select: String? = nil
    ) -> String {
        let filter = filter.map { #","filter":\#(JSONText(string: $0).text)"# } ?? ""
        let select = select.map { #","select":\#($0)"# } ?? ""
        return #"{"event":"\#(event)","schema":"public","table":"\#(table)"\#(filter)\#(select)}"#
    }

    /// Joins a public channel with bindings, and answers the message about them.
    private func follow(
        _ member: Member,
        _ bindings: String...,
        topic: String = "changes"
    ) throws -> String {
        let config = #"{"postgres_changes":[\#(bindings.joined(separator: ","))]}"#
        try member.sendText(
            #"["1","1","realtime:\#(topic)","phx_join",{"config":\#(config)}]"#
        )
        let system = try member.system()
        #expect(system["extension"]?.stringValue == "postgres_changes")
        #expect(system["channel"]?.stringValue == topic)
        let message = try #require(system["message"]?.stringValue)
        #expect((system["status"]?.stringValue == "ok") == (message == Self.followed))
        return message
    }

    private static let followed = "Subscribed to PostgreSQL"

    /// The payload of the next change.
    private func change(_ member: Member) throws -> JSON {
        while true {
            let message = try member.next()
            if message.name == "postgres_changes" {
                return try JSON(parsing: message.payload.bytes)
            }
        }
    }

    /// The rows of the next changes, new before old, as text.
    private func rows(_ member: Member, _ count: Int) throws -> [String] {
        try (0..<count).map { _ in
            let data = try #require(try change(member)["data"])
            let type = data["type"]?.stringValue ?? ""
            return "\(type) \((data["record"] ?? data["old_record"] ?? .null).text.text)"
        }
    }

    @Test("INSERT, UPDATE and DELETE arrive as the protocol writes them")
    func frames() async throws {
        try await Self.with { node in
            let ana = try Member(node, .ana)
            #expect(try follow(ana, binding("todos")) == Self.followed)
            try node.sql("insert into public.todos values (4, 'a', null, '{x,y}', '\\x00ff')")
            try node.sql("update public.todos set title = 'b', tags = null where id = 4")
            try node.sql("delete from public.todos where id = 4")
            let id = JoinResponse.id(of: JSONText(trusted: Array(binding("todos").utf8)))
            let columns =
                #""columns":[{"name":"id","type":"int8"},{"name":"title","type":"text"},"#
                + #"{"name":"done","type":"bool"},{"name":"tags","type":"_text"},"#
                + #"{"name":"raw","type":"bytea"}]"#
            let bodies = [
                #""type":"INSERT","commit_timestamp":"T",\#(columns),"record":{"id":4,"title":"a","#
                    + #""done":null,"tags":["x","y"],"raw":"00ff"}"#,
                #""type":"UPDATE","commit_timestamp":"T",\#(columns),"record":{"id":4,"title":"b","#
                    + #""done":null,"tags":null,"raw":"00ff"},"old_record":{"id":4}"#,
                #""type":"DELETE","commit_timestamp":"T",\#(columns),"old_record":{"id":4}"#,
            ]
            for body in bodies {
                let message = try ana.next()
                #expect(message.name == "postgres_changes")
                #expect(message.topic == "realtime:changes")
                let stamp = try #require(
                    try JSON(parsing: message.payload.bytes)["data"]?["commit_timestamp"]?
                        .stringValue
                )
                #expect(stamp.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
                #expect(
                    message.payload.text.replacing(stamp, with: "T")
                        == #"{"ids":[\#(id)],"data":{"schema":"public","table":"todos",\#(body),"#
                        + #""errors":null}}"#
                )
            }
        }
    }

    @Test("Filters and kinds decide what arrives, those that the database evaluates too")
    func filters() async throws {
        try await Self.with { node in
            let ana = try Member(node, .ana)
            #expect(
                try follow(
                    ana,
                    binding("todos", event: "UPDATE", filter: "id=eq.1"),
                    binding("todos", event: "insert", filter: "id=in.(2,3),title=not.eq.no"),
                    binding("todos", event: "INSERT", filter: "title=like.%pick%"),
                    binding("todos", event: "DELETE", filter: "id=gt.3")
                ) == Self.followed
            )
            try node.sql(
                """
                insert into public.todos (id, title) values
                    (1, 'a'), (2, 'no'), (3, 'yes'), (4, 'to pick this'), (5, null);
                update public.todos set title = 'c' where id in (1, 2);
                delete from public.todos
                """
            )
            let found = try rows(ana, 5).map { $0.split(separator: ",")[0].filter { $0 != "}" } }
            #expect(
                found == [
                    #"INSERT {"id":3"#, #"INSERT {"id":4"#, #"UPDATE {"id":1"#,
                    #"DELETE {"id":4"#, #"DELETE {"id":5"#,
                ]
            )
        }
    }

    @Test("Two people see their own rows, and one deleted row each")
    func rowSecurity() async throws {
        try await Self.with { node in
            let ana = try Member(node, .ana)
            let ben = try Member(node, .ben)
            #expect(try follow(ana, binding("notes")) == Self.followed)
            #expect(try follow(ben, binding("notes")) == Self.followed)
            let rounds = try node.metric("waypost_changes_rounds_total")
            try node.sql(
                """
                insert into public.notes values
                    (1, '\(Person.ana.rawValue)', 'a'), (2, '\(Person.ben.rawValue)', 'b'),
                    (3, null, 'nobody');
                """
            )
            let one = #"{"id":1,"owner":"\#(Person.ana.rawValue)","body":"a"}"#
            let two = #"{"id":2,"owner":"\#(Person.ben.rawValue)","body":"b"}"#
            #expect(try rows(ana, 1) == ["INSERT " + one])
            #expect(try rows(ben, 1) == ["INSERT " + two])
            try node.sql("delete from public.notes")
            #expect(try rows(ana, 1) == [#"DELETE {"id":1}"#])
            #expect(try rows(ben, 1) == [#"DELETE {"id":2}"#])
            #expect(try node.metric("waypost_changes_rounds_total") - rounds <= 2)
            #expect(try node.metric("waypost_changes_withheld_total") >= 8)
        }
    }

    @Test("Columns that the role may not select, and those not asked for, are left out")
    func columns() async throws {
        try await Self.with { node in
            let ana = try Member(node, .ana)
            #expect(
                try follow(ana, binding("plain"), binding("todos", select: #"["done"]"#))
                    == Self.followed
            )
            try node.sql("insert into public.plain values (1, 'hidden', 'shown')")
            try node.sql("insert into public.todos (id, title, done) values (1, 'a', true)")
            #expect(
                try rows(ana, 2) == [
                    #"INSERT {"id":1,"open":"shown"}"#, #"INSERT {"id":1,"done":true}"#,
                ]
            )
            let blind = try Member(node, .ben)
            #expect(try follow(blind, binding("blind")) == Self.followed)
            try node.sql("insert into public.blind values (7, 'x')")
            let data = try #require(try change(blind)["data"])
            #expect(data["errors"]?.text.text == #"["Error 401: Unauthorized"]"#)
            #expect(data["record"]?.text.text == "{}")
        }
    }

    @Test("What cannot be served is told in the official words, and the channel stays")
    func refusals() async throws {
        try await Self.with { node in
            let ana = try Member(node, .ana)
            let unable = "Unable to subscribe to changes with given parameters. "
            let exception =
                unable + "An exception happened so please check your connect "
                + "parameters: [event: *, schema: public, table: todos, filters: "
            func refusal(_ filter: String) throws -> String {
                try follow(ana, binding("todos", filter: filter))
            }
            #expect(
                try follow(ana, binding("nope", event: "INSERT")) == unable
                    + "Please check Realtime is enabled for the given connect parameters: "
                    + "[event: INSERT, schema: public, table: nope, filters: [], select: nil]"
            )
            #expect(
                try follow(ana, #"{"event":"*"}"#)
                    == "No subscription params provided. Please provide at least a `schema` or "
                    + #"`table` to subscribe to: %{"event" => "*"}"#
            )
            #expect(
                try follow(ana, binding("todos", select: #""id""#))
                    == "Error parsing `select` params: expected a list of column name strings, "
                    + #"e.g. select: ["col1", "col2"]"#
            )
            #expect(
                try follow(ana, binding("*", select: #"["id"]"#))
                    == "Column selection is not supported for wildcard subscriptions. Provide an "
                    + "explicit schema and table name."
            )
            #expect(try follow(ana, binding("unlisted")).contains("table: unlisted"))
            #expect(try refusal("wrong") == #"Error parsing `filter` params: ["wrong"]"#)
            #expect(
                try refusal("nope=eq.1") == exception
                    + #"[{"nope", "eq", "1", false}], select: nil]. Exception: ERROR P0001 "#
                    + "(raise_exception) invalid column for filter nope"
            )
            #expect(
                try refusal("id=eq.hey") == exception
                    + #"[{"id", "eq", "hey", false}], select: nil]. Exception: ERROR 22P02 "#
                    + #"(invalid_text_representation) invalid input syntax for type bigint: "hey""#
            )
            #expect(try follow(ana, binding("plain", filter: "secret=eq.1")).hasSuffix("secret"))
            #expect(
                try follow(ana, binding("todos"), binding("todos", select: #"["nope"]"#))
                    .hasSuffix("invalid column for select nope")
            )
            #expect(try ana.isAlive())
            #expect(try follow(ana, binding("todos")) == Self.followed)
            try node.sql("insert into public.todos (id) values (2)")
            #expect(try rows(ana, 1)[0].hasPrefix(#"INSERT {"id":2"#))
        }
    }

    @Test("Bindings over the limits of a channel, a connection and the node are told so")
    func limits() async throws {
        let settings: [ConfigurationKey: String] = [
            .limitsChangesPerChannel: "2", .limitsChangesPerConnection: "3", .limitsChanges: "4",
        ]
        try await Self.with(settings) { node in
            let one = binding("todos")
            let ana = try Member(node, .ana)
            #expect(
                try follow(ana, one, one, one)
                    == "ChangesLimitReached: Too many bindings on this channel"
            )
            #expect(try follow(ana, one, binding("notes"), topic: "a") == Self.followed)
            #expect(
                try follow(ana, one, binding("notes"), topic: "b")
                    == "ChangesLimitReached: Too many bindings on this connection"
            )
            let ben = try Member(node, .ben)
            #expect(try follow(ben, one, binding("notes"), topic: "a") == Self.followed)
            #expect(
                try follow(ben, one, topic: "b")
                    == "ChangesLimitReached: Too many bindings on this node"
            )
            try ana.sendText(#"["1","2","realtime:a","phx_leave",{}]"#)
            #expect(await eventually { (try? node.metric("waypost_changes_bindings")) == 2 })
            try ben.sendText(#"["1","2","realtime:b","phx_leave",{}]"#)
            #expect(try follow(ben, one, topic: "c") == Self.followed)
        }
    }

    @Test("A channel that has left gets nothing more, and nobody follows anything then")
    func left() async throws {
        try await Self.with { node in
            let ana = try Member(node, .ana)
            #expect(try follow(ana, binding("todos"), topic: "a") == Self.followed)
            #expect(try follow(ana, binding("todos"), topic: "b") == Self.followed)
            #expect(
                await eventually {
                    (try? node.metric("waypost_changes_bindings")) == 2
                }
            )
            try ana.sendText(#"["1","2","realtime:a","phx_leave",{}]"#)
            _ = try ana.next()
            _ = try ana.next()
            try node.sql("insert into public.todos (id) values (1)")
            let message = try ana.next()
            #expect(message.topic == "realtime:b")
            try ana.sendText(#"["1","3","realtime:b","phx_leave",{}]"#)
            #expect(
                await eventually {
                    (try? node.metric("waypost_changes_bindings")) == 0
                }
            )
            // A snapshot that nobody needs would keep the database from cleaning up.
            #expect(
                try await eventually {
                    try node.column(
                        """
                        SELECT 1 FROM pg_stat_activity
                        WHERE application_name = 'waypost snapshot' AND datname = current_database()
                        """
                    ).isEmpty
                }
            )
        }
    }

    @Test("A new token is followed with its own rights")
    func renewed() async throws {
        try await Self.with { node in
            let ana = try Member(node, .ana)
            #expect(try follow(ana, binding("notes")) == Self.followed)
            let token = Person.ben.token
            try ana.sendText(
                #"["1","2","realtime:changes","access_token",{"access_token":"\#(token)"}]"#
            )
            #expect(try ana.system()["message"]?.stringValue == Self.followed)
            try node.sql(
                """
                insert into public.notes values
                    (1, '\(Person.ana.rawValue)', 'a'), (2, '\(Person.ben.rawValue)', 'b')
                """
            )
            #expect(try rows(ana, 1)[0].hasPrefix(#"INSERT {"id":2"#))
        }
    }

    @Test("A table that is published later is served once it is")
    func publishedLater() async throws {
        try await Self.with { node in
            let ana = try Member(node, .ana)
            let everything = #"{"event":"*","schema":"public"}"#
            #expect(try follow(ana, everything) == Self.followed)
            try node.sql(
                """
                grant select on public.unlisted to authenticated;
                grant trigger on public.unlisted to waypost;
                alter publication supabase_realtime add table public.unlisted
                """
            )
            let ben = try Member(node, .ben)
            #expect(try follow(ben, binding("unlisted")) == Self.followed)
            try node.sql("insert into public.unlisted values (1)")
            #expect(try rows(ana, 1) == [#"INSERT {"id":1}"#])
            #expect(try rows(ben, 1) == [#"INSERT {"id":1}"#])
        }
    }

    @Test("Nothing is lost while PostgreSQL is killed and started again")
    func restart() async throws {
        try await OwnCluster.with { own in
            try await own.startWithDemonstration()
            try await own.sql(Self.tables)
            let configuration = try await TestNode.configuration(try await own.dsn(user: "waypost"))
            let running = try RunningNode(configuration)
            #expect(await eventually { running.isReady })
            let ana = try Member(url: running.addresses.url, token: Person.ana.token)
            #expect(try follow(ana, binding("notes")) == Self.followed)
            for id in 1...3 {
                let row = "(\(id), '\(Person.ana.rawValue)', 'x')"
                try await own.sql("insert into public.notes values \(row)")
                if id == 2 {
                    try await own.kill()
                    try await own.start()
                }
            }
            #expect(
                try rows(ana, 3).map { String($0.dropFirst(13).prefix(1)) } == ["1", "2", "3"]
            )
            await running.end(within: .seconds(5))
        }
    }

    @Test("A thousand people of one table are asked about in one round for each window")
    func oneRound() async throws {
        try await Self.with([.limitsJoinsPerSecond: "1000", .limitsUserJoins: "0"]) { node in
            let minter = try TokenMinter(secret: Person.secret)
            func sub(_ number: Int) -> String {
                "d0000000-0000-4000-8000-\(1_000_000_000_00 + number)"
            }
            let members = try (0..<10).map { _ in try Member(node, .ana) }
            for (place, member) in members.enumerated() {
                for channel in 0..<100 {
                    let token = try minter.mint(
                        role: "authenticated",
                        sub: sub(place * 100 + channel),
                        expiresAt: Person.unixSeconds + 3_600,
                        issuedAt: Person.unixSeconds
                    )
                    let config = #"{"postgres_changes":[\#(binding("notes"))]}"#
                    try member.sendText(
                        #"["1","1","realtime:\#(channel)","phx_join","#
                            + #"{"config":\#(config),"access_token":"\#(token)"}]"#
                    )
                }
                for _ in 0..<100 {
                    #expect(try member.system()["message"]?.stringValue == Self.followed)
                }
            }
            #expect(try node.metric("waypost_changes_bindings") == 1_000)
            let rounds = try node.metric("waypost_changes_rounds_total")
            try node.sql(
                """
                insert into public.notes values (1, '\(sub(7))', 'a'), (2, '\(sub(777))', 'b')
                """
            )
            #expect(try change(members[0])["data"]?["record"]?["id"]?.integerValue == 1)
            #expect(try change(members[7])["data"]?["record"]?["id"]?.integerValue == 2)
            #expect(
                await eventually {
                    (try? node.metric("waypost_changes_matched_total")) == 2_000
                }
            )
            #expect(try node.metric("waypost_changes_rounds_total") == rounds + 1)
            #expect(try node.metric("waypost_changes_withheld_total") == 1_998)
            #expect(try node.metric("waypost_changes_delivered_total") == 2)
        }
    }
}
