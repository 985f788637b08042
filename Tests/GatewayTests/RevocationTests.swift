import Gateway
import Postgres
import Testing
import TestSupport
import WebSocketClient
import Wire

/// Who loses access, gains it, or may no longer write, with the rules and triggers of the topic
/// files, on two loops.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct RevocationTests {
    private static let settings: [ConfigurationKey: String] = [.listenLoops: "2"]
    private static let ben = "'\(Person.ben.rawValue)'"
    private static let removal = "DELETE FROM trip_collaborators WHERE trip_id = 1"
    private static let addition =
        "INSERT INTO trip_collaborators (trip_id, user_id, role) VALUES (1, \(ben), 'editor')"
    private static let talk = "51000000-0000-4000-8000-000000000001"

    /// What a member was sent on a topic, up to the end of the channel.
    private func untilClosed(_ member: Member, _ topic: String) throws -> [String] {
        var heard: [String] = []
        while true {
            let message = try member.next()
            guard message.topic == "realtime:\(topic)" else { continue }
            switch message.name {
            case "broadcast": heard.append(try Broadcast(message).change)
            case "system":
                let payload = try JSON(parsing: message.payload.bytes)
                heard.append(payload["message"]?.stringValue ?? "?")
            case "phx_close": return heard
            default: heard.append(message.name)
            }
        }
    }

    private func denied(_ topic: String) -> String {
        "You do not have permissions to read from this Channel topic: \(topic)"
    }

    @Test("A right to write that is lost refuses what follows; the channel stays and hears all")
    func downgraded() async throws {
        try await TestNode.with(Self.settings) { node in
            let (ana, ben) = (try Member(node, .ana), try Member(node, .ben))
            for member in [ana, ben] { try member.joined("trip:1") }
            try ben.channels.broadcast("trip:1", name: "cursor", payload: .emptyObject)
            _ = try ana.broadcast(named: "cursor")
            func give(_ role: String) throws {
                try node.sql(
                    "UPDATE trip_collaborators SET role = '\(role)' WHERE user_id = \(Self.ben)"
                )
            }
            try give("viewer")
            try node.fence("trip:1")
            let heard = try ben.broadcasts()
            #expect(heard.contains { $0.change.hasPrefix("UPDATE trip_collaborators") })
            try ben.channels.broadcast("trip:1", name: "cursor", payload: .emptyObject)
            #expect(try ben.isAlive())
            try node.fence("trip:1", name: "second fence")
            #expect(!(try ana.broadcasts(until: "second fence")).contains { $0.name == "cursor" })
            try give("admin")
            try node.fence("trip:1", name: "third fence")
            _ = try ben.broadcasts(until: "third fence")
            try ben.channels.broadcast("trip:1", name: "cursor", payload: .emptyObject)
            _ = try ana.broadcast(named: "cursor")
            #expect(try node.metric("waypost_hold_resyncs_total") == 0)
        }
    }

    @Test("A trip's members hear all of the transaction that deletes it, and are told why it ends")
    func deleted() async throws {
        try await TestNode.with(Self.settings) { node in
            let members = [try Member(node, .ana), try Member(node, .ben)]
            for member in members { try member.joined("trip:1") }
            try node.sql(
                "BEGIN; UPDATE trips SET name = 'last' WHERE id = 1; "
                    + "DELETE FROM trips WHERE id = 1; COMMIT"
            )
            for member in members {
                let heard = try untilClosed(member, "trip:1")
                #expect(heard.contains("UPDATE trips 1"), "\(heard)")
                #expect(heard.contains("DELETE trips 1"), "\(heard)")
                #expect(heard.contains { $0.hasPrefix("DELETE flights") }, "\(heard)")
                #expect(heard.last == denied("trip:1"))
            }
        }
    }

    @Test("A session that moves to another trip is lost to the first one's collaborators")
    func sessionMoved() async throws {
        try await TestNode.with(Self.settings) { node in
            let topic = "session:\(Self.talk)"
            let (ana, ben) = (try Member(node, .ana), try Member(node, .ben))
            for member in [ana, ben] { try member.joined(topic) }
            func say(_ text: String) throws {
                try node.sql(
                    "INSERT INTO chat_messages (session_id, role, content) "
                        + "VALUES ('\(Self.talk)', 'user', '\(text)')"
                )
            }
            try say("before")
            try node.sql("UPDATE chat_sessions SET trip_id = 2 WHERE id = '\(Self.talk)'")
            try say("after")
            let heard = try untilClosed(ben, topic)
            #expect(heard.filter { $0.hasPrefix("INSERT chat_messages") }.count == 1, "\(heard)")
            #expect(heard.last == denied(topic))
            try node.fence(topic)
            let said = try ana.broadcasts().filter { $0.change.hasPrefix("INSERT chat_messages") }
            #expect(said.count == 2)
            try Member(node, .cleo).joined(topic)
        }
    }

    @Test("Whoever is deleted loses his own topic and every other, on each connection")
    func userDeleted() async throws {
        try await TestNode.with(Self.settings) { node in
            let own = "user:\(Person.ben.rawValue)"
            let members = [try Member(node, .ben), try Member(node, .ben)]
            for member in members {
                try member.joined("trip:1")
                try member.joined(own)
            }
            try node.sql("DELETE FROM auth.users WHERE id = \(Self.ben)")
            try node.sql("UPDATE trips SET name = 'after' WHERE id = 1")
            for member in members {
                var closed: Set<String> = []
                while closed.count < 1 {
                    let message = try member.next()
                    if message.name == "phx_close" { closed.insert(message.topic) }
                    guard message.name == "broadcast", message.topic == "realtime:trip:1" else {
                        continue
                    }
                    let change = try Broadcast(message).payload["record"]?["name"]
                    #expect(change != .string("after"))
                }
                #expect(closed == ["realtime:trip:1"])
            }
            #expect(try Member(node, .ben).refusal("trip:1") != nil)
        }
    }

    @Test("Rules that take 200 ms let nothing through meanwhile, and hold up nobody else")
    func slowRules() async throws {
        try await TestNode.with(Self.settings) { node in
            try node.sql(
                """
                CREATE OR REPLACE FUNCTION public.user_has_trip_access(
                    user_id uuid, trip_id bigint) RETURNS boolean
                LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$
                BEGIN
                    PERFORM pg_catalog.pg_sleep(0.2);
                    RETURN public.user_has_trip_edit_access(user_id, trip_id);
                END $$
                """
            )
            let (ana, ben) = (try Member(node, .ana), try Member(node, .ben))
            for member in [ana, ben] { try member.joined("trip:1") }
            try node.sql("UPDATE trips SET name = 'before' WHERE id = 1")
            try node.sql(Self.removal)
            for number in 0..<20 {
                try node.sql("UPDATE trips SET name = 'after \(number)' WHERE id = 1")
            }
            let heard = try untilClosed(ben, "trip:1")
            #expect(heard.filter { $0 == "UPDATE trips 1" }.count == 1, "\(heard)")
            #expect(heard.last == denied("trip:1"))
            try node.fence("trip:1")
            let seen = try ana.broadcasts().filter { $0.change == "UPDATE trips 1" }
            #expect(seen.count == 21)
        }
    }

    @Test("Joins under way while access goes are refused or cut, and never see what came after")
    func joining() async throws {
        try await TestNode.with(Self.settings) { node in
            for round in 0..<40 {
                let ben = try Member(node, .ben)
                let join = ben.channels.writer.join(
                    "realtime:trip:1",
                    ref: "1",
                    options: RequestWriter.JoinOptions()
                )
                try ben.channels.webSocket.sendText(join)
                try node.sql(Self.removal)
                try node.sql("UPDATE trips SET name = 'after \(round)' WHERE id = 1")
                var isOver = false
                while !isOver {
                    let message = try ben.next()
                    switch message.name {
                    case "phx_close": isOver = true
                    case "phx_reply":
                        let payload = try JSON(parsing: message.payload.bytes)
                        isOver = payload["status"] != .string("ok")
                    case "broadcast":
                        let name = try Broadcast(message).payload["record"]?["name"]
                        #expect(name != .string("after \(round)"))
                    default: break
                    }
                }
                ben.drop()
                try node.sql(Self.addition)
            }
        }
    }

    @Test("Removed, written, added again: what came between is not seen, nothing after is lost")
    func addedAgain() async throws {
        try await TestNode.with(Self.settings) { node in
            let ben = try Member(node, .ben)
            try ben.joined("trip:1")
            for round in 0..<100 {
                for sql in [
                    Self.removal, "UPDATE trips SET name = 'secret' WHERE id = 1", Self.addition,
                    "UPDATE trips SET name = 'again \(round)' WHERE id = 1",
                ] {
                    try node.sql(sql)
                }
                try node.fence("trip:1", name: "fence \(round)")
                if try !goesOn(ben, round) { try ben.joined("trip:1") }
            }
        }
    }

    /// Whether the channel is still there after a round.
    private func goesOn(_ member: Member, _ round: Int) throws -> Bool {
        var hasResynced = false
        var hasSeen = false
        while true {
            let message = try member.next()
            switch message.name {
            case "phx_close": return false
            case "system":
                hasResynced = String(decoding: message.payload.bytes, as: UTF8.self)
                    .contains("please load again")
            case "broadcast":
                let broadcast = try Broadcast(message)
                let name = broadcast.payload["record"]?["name"]
                #expect(name != .string("secret"), "round \(round)")
                hasSeen = hasSeen || name == .string("again \(round)")
                if broadcast.name == "fence \(round)" {
                    #expect(hasSeen || hasResynced, "round \(round)")
                    return true
                }
            default: break
            }
        }
    }

    @Test("The presence of the one who is removed is gone for the others, without any grace")
    func presence() async throws {
        let settings = Self.settings.merging([.presenceGraceSeconds: "300"]) { $1 }
        try await TestNode.with(settings) { node in
            let (ana, ben) = (try Guest(node, .ana), try Guest(node, .ben))
            #expect(try ben.track(#"{"at":1}"#).isOK)
            while ana.shown["ben"] == nil { _ = try ana.hears() }
            try node.sql(Self.removal)
            while ana.shown["ben"] != nil { _ = try ana.hears() }
            #expect(ana.faultCount == 0)
        }
    }

    @Test("A policy that is changed, and a function that is replaced, cut live channels soon")
    func rulesChanged() async throws {
        try await TestNode.with(Self.settings) { node in
            let (ana, ben) = (try Member(node, .ana), try Member(node, .ben))
            for member in [ana, ben] { try member.joined("trip:1") }
            try node.sql(
                """
                CREATE OR REPLACE FUNCTION public.user_has_trip_access(
                    user_id uuid, trip_id bigint) RETURNS boolean
                LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
                    SELECT public.user_is_trip_owner(user_id, trip_id) $$
                """
            )
            #expect(try untilClosed(ben, "trip:1").last == denied("trip:1"))
            #expect(try ana.isAlive())
            try node.sql(
                "CREATE POLICY nobody ON realtime.messages AS RESTRICTIVE FOR SELECT USING (false)"
            )
            #expect(try untilClosed(ana, "trip:1").last == denied("trip:1"))
            let isCounted = try await eventually {
                try node.metric(#"waypost_reevaluations_total{cause="rules"}"#) >= 2
            }
            #expect(isCounted)
        }
    }
}
