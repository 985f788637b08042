import Gateway
import Testing
import TestSupport
import WebSocketClient
import Wire

/// The way of a change, from a COMMIT to the connections that may see it.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct WindowRouterTests {
    private static let cleo = Person.cleo.rawValue

    @Test(
        "A change by SQL reaches members of both serializers, once, with the row before and after"
    )
    func oneChange() async throws {
        try await TestNode.with { node in
            let members = [try Member(node, .ana, .v1), try Member(node, .ben, .v2)]
            for member in members { try member.joined("trip:1") }
            try node.sql("UPDATE trips SET name = 'Porto' WHERE id = 1")
            try node.fence("trip:1")
            for member in members {
                let found = try member.broadcasts()
                try #require(found.map(\.name).sorted() == ["UPDATE", "trip:activity"])
                let update = try #require(found.first { $0.name == "UPDATE" })
                #expect(update.topic == "realtime:trip:1")
                #expect(update.payload["operation"] == .string("UPDATE"))
                #expect(update.payload["schema"] == .string("public"))
                #expect(update.payload["table"] == .string("trips"))
                #expect(update.payload["record"]?["name"] == .string("Porto"))
                #expect(update.payload["record"]?["id"] == .number("1"))
                #expect(update.payload["old_record"]?["name"] == .string("Lisbon in spring"))
                #expect(update.id != nil && update.payload["id"]?.stringValue == update.id)
                #expect(update.message.joinRef == .null && update.message.ref == .null)
            }
        }
    }

    @Test("On the wire a broadcast is an object of exactly four keys, or a binary frame")
    func wireForm() async throws {
        try await TestNode.with { node in
            let (first, second) = (try BareMember(node, .ana, .v1), try BareMember(node, .ana))
            for member in [first, second] { try member.joined("trip:1") }
            try node.sql("UPDATE trips SET name = 'Porto' WHERE id = 1")
            guard case .text(let text) = try first.next(),
                case .binary(let frame) = try second.next()
            else { throw Member.Unexpected(what: "another form") }
            let object = try JSON(parsing: Array(text.utf8))
            let keys = try #require(object.objectValue).map(\.key)
            #expect(keys.sorted() == ["event", "payload", "ref", "topic"])
            #expect(object["ref"] == .null)
            let parts = try #require(ReceivedMessage(binary: frame, arrivedAt: .now))
            #expect(frame[0] == 4 && frame[4] == 1)
            #expect(parts.topic == "realtime:trip:1")
            #expect(try JSON(parsing: parts.payload.bytes) == object["payload"])
        }
    }

    @Test("Insert and delete have one row each; a rolled back change and an empty one are none")
    func operations() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            try node.sql(
                "INSERT INTO flights (trip_id, origin, destination, departure_time, arrival_time) "
                    + "VALUES (1, 'BER', 'OPO', now(), now() + interval '3 h')"
            )
            try node.sql("BEGIN; UPDATE flights SET airline = 'none' WHERE trip_id = 1; ROLLBACK")
            try node.sql("UPDATE flights SET airline = 'none' WHERE trip_id = 77")
            try node.sql("DELETE FROM flights WHERE destination = 'OPO'")
            try node.fence("trip:1")
            let found = try ana.broadcasts()
            try #require(found.map(\.name) == ["INSERT", "DELETE"])
            #expect(found[0].payload["record"]?["destination"] == .string("OPO"))
            #expect(found[0].payload["old_record"] == .null)
            #expect(found[1].payload["record"] == .null)
            #expect(found[1].payload["old_record"]?["destination"] == .string("OPO"))
        }
    }

    @Test("A person's topic and a session's carry what belongs to them")
    func otherTopics() async throws {
        try await TestNode.with { node in
            let talk = "51000000-0000-4000-8000-000000000001"
            let ben = try Member(node, .ben)
            try ben.joined("user:\(Person.ben.rawValue)")
            let ana = try Member(node, .ana)
            try ana.joined("session:\(talk)")
            try node.sql(
                """
                INSERT INTO notifications (user_id, kind, body)
                VALUES ('\(Person.ben.rawValue)', 'hint', 'Look');
                INSERT INTO chat_messages (session_id, role, content, is_final)
                VALUES ('\(talk)', 'assistant', 'Half of', false);
                UPDATE chat_messages SET content = 'All of it', is_final = true WHERE NOT is_final;
                """
            )
            try node.fence("user:\(Person.ben.rawValue)")
            try node.fence("session:\(talk)")
            let own = try ben.broadcasts()
            #expect(own.map(\.name) == ["INSERT"])
            #expect(own.first?.payload["record"]?["body"] == .string("Look"))
            let said = try ana.broadcasts().filter {
                $0.payload["table"] == .string("chat_messages")
            }
            #expect(said.map(\.name) == ["INSERT"])
            #expect(said.first?.payload["record"]?["content"] == .string("All of it"))
        }
    }

    @Test("realtime.send and broadcast_changes reach private members; a public send public ones")
    func sent() async throws {
        try await TestNode.with([.channelsPublic: "allow"]) { node in
            let inside = try Member(node, .ana)
            try inside.joined("trip:1")
            let outside = try Member(node, .cleo)
            try outside.joined("trip:1", isPrivate: false)
            try node.sql("SELECT realtime.send('{\"x\": [1, 2.50]}', 'cursor', 'trip:1', true)")
            try node.sql("SELECT realtime.send('{\"y\": true}', 'open', 'trip:1', false)")
            try node.sql(
                """
                DO $$ DECLARE after public.trips; before public.trips; BEGIN
                    SELECT * INTO before FROM public.trips WHERE id = 1;
                    after := before;
                    after.name := 'Faro';
                    PERFORM realtime.broadcast_changes(
                        'trip:1', 'renamed', 'UPDATE', 'trips', 'public', after, before);
                END $$
                """
            )
            try node.fence("trip:1")
            try node.fence("trip:1", isPrivate: false)
            let closed = try inside.broadcasts()
            try #require(closed.map(\.name) == ["cursor", "renamed"])
            #expect(closed[0].payload["x"] == .array([.number("1"), .number("2.50")]))
            #expect(closed[0].id != nil)
            #expect(closed[1].payload["record"]?["name"] == .string("Faro"))
            #expect(closed[1].payload["old_record"]?["name"] == .string("Lisbon in spring"))
            #expect(try outside.broadcasts().map(\.name) == ["open"])
        }
    }

    @Test("Payloads of megabytes arrive whole, in both serializers", arguments: [1, 4])
    func large(megabytes: Int) async throws {
        try await TestNode.with { node in
            let members = [try Member(node, .ana, .v1), try Member(node, .ana, .v2)]
            for member in members { try member.joined("trip:1") }
            let text = String(repeating: "é€𝄞\u{7f}'x", count: megabytes << 20 / 12)
            try node.sql(
                "SELECT realtime.send(jsonb_build_object('text', "
                    + "repeat('é€𝄞\u{7f}''x', \(megabytes << 20 / 12))), 'large', 'trip:1', true)"
            )
            try node.sql("UPDATE trips SET search_metadata = '{\"small\": 1}' WHERE id = 1")
            try node.fence("trip:1")
            for member in members {
                let found = try member.broadcasts()
                #expect(found.first?.name == "large")
                #expect(found.first?.payload["text"]?.stringValue == text)
                #expect(found.last?.name == "UPDATE" || found.last?.name == "trip:activity")
            }
        }
    }

    @Test("A change of a trip that a member may not see does not reach the member")
    func elsewhere() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            let refused = try Member(node, .ben)
            let reason = try refused.refusal("trip:3")
            #expect(
                reason
                    == "Unauthorized: You do not have permissions to read from this Channel topic: "
                    + "trip:3"
            )
            try refused.joined("trip:1")
            try node.sql("UPDATE trips SET name = 'Osaka' WHERE id = 3")
            try node.fence("trip:3")
            try node.fence("trip:1")
            for member in [ana, refused] { #expect(try member.broadcasts().isEmpty) }
        }
    }

    @Test("With several loops every member receives, wherever its connection is")
    func severalLoops() async throws {
        try await TestNode.with([.listenLoops: "2"]) { node in
            let members = try (0..<16).map { number in
                try Member(node, number % 2 == 0 ? .ana : .ben, number % 3 == 0 ? .v1 : .v2)
            }
            for member in members { try member.joined("trip:1") }
            for number in 1...20 {
                try node.sql("UPDATE trips SET travelers = \(number + 10) WHERE id = 1")
            }
            try node.fence("trip:1")
            for member in members {
                let updates = try member.broadcasts().filter { $0.name == "UPDATE" }
                let counts = updates.compactMap { $0.payload["record"]?["travelers"]?.integerValue }
                #expect(counts == (11...30).map { Int64($0) })
            }
        }
    }

    @Test("A trip's deletion arrives with all that went with it, as one ordered run")
    func cascade() async throws {
        try await TestNode.with { node in
            let members = [try Member(node, .ana, .v1), try Member(node, .ben)]
            for member in members { try member.joined("trip:1") }
            try node.sql(
                """
                BEGIN;
                DELETE FROM trips WHERE id = 1;
                SELECT realtime.send('{}', 'fence', 'trip:1', true);
                COMMIT
                """
            )
            let written = try node.column(
                """
                SELECT operation || ' ' || table_name || ' ' || (old ->> 'id')
                FROM realtime.changes WHERE topics @> ARRAY['trip:1'] ORDER BY seq
                """
            )
            #expect(written.count == 6, "trip, flight, accommodation, two items, collaborator")
            #expect(written.contains("DELETE trips 1"))
            for member in members { #expect(try member.broadcasts().map(\.change) == written) }
        }
    }

    @Test("A row that moves leaves its old topic and enters its new one")
    func moved() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            for topic in ["trip:1", "trip:2"] { try ana.joined(topic) }
            try node.sql(
                "UPDATE itinerary_items SET trip_id = 2 WHERE day_number = 2 AND trip_id = 1"
            )
            try node.fence("trip:1", name: "first fence")
            try node.fence("trip:2")
            let found = try ana.broadcasts().filter { $0.name != "first fence" }
            #expect(
                Set(found.map { "\($0.name) \($0.topic)" })
                    == ["DELETE realtime:trip:1", "INSERT realtime:trip:2"]
            )
            #expect(found.count == 2)
        }
    }

    @Test("TRUNCATE makes everybody load again")
    func truncated() async throws {
        try await TestNode.with { node in
            let members = [try Member(node, .ana, .v1), try Member(node, .ben)]
            for member in members { try member.joined("trip:1") }
            try node.sql("TRUNCATE itinerary_items")
            for member in members {
                let news = try member.system()
                #expect(news["status"] == .string("ok"))
                #expect(
                    news["message"] == .string("Changes may have been missed, please load again")
                )
                #expect(news["channel"] == .string("trip:1"))
                #expect(news["extension"] == .string("system"))
            }
            try node.expectHealthy()
        }
    }

    @Test("After leaving nothing arrives; after joining again everything does")
    func leftAndBack() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            try ana.joined("trip:2")
            #expect(try ana.channels.leave("trip:1", deadline: Member.soon)?.isOK == true)
            let close = try ana.next()
            #expect(close.name == "phx_close" && close.topic == "realtime:trip:1")
            #expect(close.joinRef == close.ref && close.ref != .null)
            try node.fence("trip:1", name: "unheard")
            try node.fence("trip:2")
            #expect(try ana.broadcasts().isEmpty)
            try ana.joined("trip:1")
            try node.fence("trip:1", name: "heard")
            #expect(try ana.broadcast(named: "heard").topic == "realtime:trip:1")
        }
    }
}
