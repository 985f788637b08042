import LoadChecks
import LoadGenerator
import LoadScenarios
import Testing
import WebSocketClient
import Wire

@Suite struct RealtimeDialectTests {
    private let v1 = RealtimeDialect(serializer: .v1)
    private let v2 = RealtimeDialect(serializer: .v2)
    private let trip = TopicNumber.of("trip:1")

    @Test(
        "What is no message of a channel needs no check",
        arguments: [
            "", "[", "{}", "[]", "hello", "[null]", #"[null,null,"realtime:trip:1","broadcast""#,
            #"[null,null,"realtime:trip:1","broadcast","#, #"[null,null,null,"broadcast",{}]"#,
            #"{"topic":"realtime:trip:1","payload":{},"ref":null}"#,
            #"{"topic":null,"event":"broadcast","payload":{},"ref":null}"#,
            #"[null,null,"realtime:trip:1","unheard_of",{}]"#,
            #"["1",null,"realtime:trip:1","phx_reply",{"status":"ok","response":{}}]"#,
            #"["1","x","realtime:trip:1","phx_reply",{"status":"ok","response":{}}]"#,
            #"["1",null,"realtime:trip:1","presence_state",{}]"#,
            #"[null,null,"realtime:trip:1","presence_diff",{"joins":{},"leaves":{}}]"#,
        ]
    )
    func others(text: String) {
        #expect(v2.arrival(text) == .other)
        #expect(v1.arrival(text) == .other)
    }

    @Test("Replies are told by reference and status, in both serializers")
    func replies() {
        let joined = #"{"status":"ok","response":{"postgres_changes":[]}}"#
        #expect(
            v2.arrival(#"["3","3","realtime:room:7","phx_reply",\#(joined)]"#)
                == .reply(ref: 3, isAccepted: true)
        )
        #expect(
            v1.arrival(
                #"{"topic":"realtime:room:7","event":"phx_reply","payload":\#(joined),"ref":"1"}"#
            ) == .reply(ref: 1, isAccepted: true)
        )
        #expect(
            v2.arrival(#"[null,"12","phoenix","phx_reply",{"status":"ok","response":{}}]"#)
                == .reply(ref: 12, isAccepted: true)
        )
        let refused =
            #"{"status":"error","response":{"reason":"Unauthorized: You do not have permissions "#
            + #"to read from this Channel topic: room:7"}}"#
        let reply = #"["1","7","realtime:room:7","phx_reply",\#(refused)]"#
        #expect(v2.arrival(reply) == .reply(ref: 7, isAccepted: false))
        #expect(v2.reason(reply) == "Unauthorized")
        // As Elixir's libraries write objects, in the order of keys.
        let sorted =
            #"{"event":"phx_reply","payload":{"response":"payload_size_exceeded","status":"error"}"#
            + #","ref":"9","topic":"realtime:room:7"}"#
        #expect(v1.arrival(sorted) == .reply(ref: 9, isAccepted: false))
        #expect(v1.reason(sorted) == "payload_size_exceeded")
    }

    @Test("What the server says about a channel is trouble, an end, or nothing to worry about")
    func notes() {
        func system(_ status: String, _ message: String) -> String {
            #"["1",null,"realtime:trip:1","system",{"extension":"system","status":"\#(status)","#
                + #""message":"\#(message)","channel":"trip:1"}]"#
        }
        #expect(v2.arrival(system("ok", "Subscribed to PostgreSQL")) == .other)
        let note = system("error", "Token has expired 12 seconds ago")
        #expect(v2.arrival(note) == .trouble(topic: trip))
        #expect(v2.reason(note) == "Token has expired N seconds ago")
        #expect(
            v2.arrival(#"["1","1","realtime:trip:1","phx_close",{}]"#) == .closed(topic: trip)
        )
        #expect(
            v1.arrival(#"{"topic":"realtime:trip:1","event":"phx_error","payload":{},"ref":null}"#)
                == .closed(topic: trip)
        )
    }

    @Test("Broadcasts and changes come with their topic, replayed ones say so")
    func messages() {
        let live = Arrival.message(topic: trip, isReplayed: false)
        let replayed = Arrival.message(topic: trip, isReplayed: true)
        func text(_ payload: String, _ name: String = "broadcast") -> String {
            #"[null,null,"realtime:trip:1","\#(name)",\#(payload)]"#
        }
        let cursor = #"{"type":"broadcast","event":"cursor","payload":{"x":1}}"#
        #expect(v2.arrival(text(cursor)) == live)
        #expect(
            v1.arrival(
                #"{"topic":"realtime:trip:1","event":"broadcast","payload":\#(cursor),"ref":null}"#
            ) == live
        )
        let change = #"{"ids":[1],"data":{"type":"UPDATE","record":{"title":"~lt.1.2.3.4~"}}}"#
        #expect(v2.arrival(text(change, "postgres_changes")) == live)
        // What people write does not count, only what the server says of it.
        let claimed = #"{"event":"e","payload":{"meta":{"replayed":true},"replayed":true}}"#
        #expect(v2.arrival(text(claimed)) == live)
        let stored = #"{"event":"e","payload":{},"meta":{"id":"x","replayed":false}}"#
        #expect(v2.arrival(text(stored)) == live)
        let again = #"{"event":"e","payload":{"a":"}\""},"meta":{"replayed":true,"id":"x"}}"#
        #expect(v2.arrival(text(again)) == replayed)
        // As it may be escaped.
        #expect(v2.arrival(#"[null,null,"realtime:trip\u003a1","broadcast",{}]"#) == live)
        #expect(
            v2.arrival(#"[null,null,"trip:2","broadcast",{}]"#)
                == .message(topic: TopicNumber.of("trip:2"), isReplayed: false)
        )
    }

    @Test("Binary frames are broadcasts of kind 4 and nothing else")
    func binary() {
        func frame(_ metadata: String = "") -> [UInt8] {
            [4, 15, 2, UInt8(metadata.utf8.count), 1] + Array("realtime:room:1hi".utf8)
                + Array(metadata.utf8) + Array(#"{"a":1}"#.utf8)
        }
        let room = TopicNumber.of("room:1")
        #expect(v2.arrival(frame()) == .message(topic: room, isReplayed: false))
        #expect(v2.arrival(frame(#"{"id":"x"}"#)) == .message(topic: room, isReplayed: false))
        #expect(
            v2.arrival(frame(#"{"replayed":true,"id":"x"}"#))
                == .message(topic: room, isReplayed: true)
        )
        for count in 0..<22 { #expect(v2.arrival(Array(frame().prefix(count))) == .other) }
        for kind: UInt8 in [0, 1, 2, 3, 5, 91] {
            #expect(v2.arrival([kind] + frame().dropFirst()) == .other)
        }
    }

    @Test("Joins carry what their plan asks for")
    func joins() throws {
        var plan = TopicPlan.example(isPrivate: true, acknowledges: true, replays: true)
        let join = try #require(
            v2.join(plan, topic: "trip:1", ref: 5, token: "t0", replaySince: 17)
        )
        #expect(!join.isBinary)
        #expect(
            join.text
                == #"["5","5","realtime:trip:1","phx_join",{"config":{"broadcast":{"ack":true,"#
                + #""self":false,"replay":{"since":17}},"presence":{"key":"","enabled":false},"#
                + #""postgres_changes":[],"private":true},"access_token":"t0"}]"#
        )
        plan = TopicPlan.example(receivesOwn: true, hasPresence: true)
        let public1 = try #require(
            v1.join(plan, topic: "trip:1", ref: 6, token: nil, replaySince: nil)
        )
        #expect(
            public1.text
                == #"{"topic":"realtime:trip:1","event":"phx_join","payload":{"config":{"#
                + #""broadcast":{"ack":false,"self":true},"presence":{"key":"","enabled":true},"#
                + #""postgres_changes":[],"private":false}},"ref":"6","join_ref":"6"}"#
        )
    }

    @Test("Broadcasts are texts of the first serializer and binary frames of the second")
    func broadcasts() {
        let text = v1.broadcast(
            topic: "trip:1",
            name: "tick",
            mark: "~lt.1.2.3.4~",
            fillingByteCount: 3,
            ref: 8,
            joinRef: 1
        )
        #expect(!text.isBinary)
        #expect(
            text.text
                == #"{"topic":"realtime:trip:1","event":"broadcast","payload":{"#
                + #""type":"broadcast","event":"tick","payload":{"mark":"~lt.1.2.3.4~","#
                + #""filling":"xxx"}},"ref":"8","join_ref":"1"}"#
        )
        let binary = v2.broadcast(
            topic: "trip:1",
            name: "tick",
            mark: "~lt.1.2.3.4~",
            fillingByteCount: 0,
            ref: 8,
            joinRef: 1
        )
        #expect(binary.isBinary)
        let payload = #"{"mark":"~lt.1.2.3.4~","filling":""}"#
        #expect(
            binary.bytes == [3, 1, 1, 15, 4, 0, 1] + Array("18realtime:trip:1tick\(payload)".utf8)
        )
        let long = v2.broadcast(
            topic: String(repeating: "t", count: 250),
            name: "tick",
            mark: "~lt.1.2.3.4~",
            fillingByteCount: 0,
            ref: 8,
            joinRef: 1
        )
        #expect(!long.isBinary && long.text.hasPrefix(#"["1","8","realtime:tttt"#))
    }

    @Test("The rest of what a session says")
    func requests() throws {
        #expect(
            v2.leave(topic: "trip:1", ref: 9, joinRef: 1)?.text
                == #"["1","9","realtime:trip:1","phx_leave",{}]"#
        )
        #expect(
            v2.track(topic: "trip:1", number: 4, ref: 9, joinRef: 1)?.text
                == #"["1","9","realtime:trip:1","presence",{"type":"presence","event":"track","#
                + #""payload":{"number":4}}]"#
        )
        #expect(
            v2.accessToken(topic: "trip:1", token: "t1", ref: 9, joinRef: 1)?.text
                == #"["1","9","realtime:trip:1","access_token",{"access_token":"t1"}]"#
        )
        #expect(v2.heartbeat(ref: 2)?.text == #"[null,"2","phoenix","heartbeat",{}]"#)
        #expect(v2.greeting == nil && v2.pong == nil && v2.heartbeatInterval == .seconds(25))
        let address = try v1.address(url: "http://127.0.0.1:4000", topic: "trip:1", token: "a b")
        #expect(address.target == "/socket/websocket?apikey=a%20b&vsn=1.0.0")
        #expect(throws: (any Error).self) {
            try v1.address(url: "nonsense", topic: "trip:1", token: nil)
        }
    }
}
