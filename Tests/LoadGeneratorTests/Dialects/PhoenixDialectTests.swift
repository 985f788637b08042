import LoadChecks
import LoadGenerator
import LoadScenarios
import Testing
import WebSocketClient
import Wire

@Suite struct PhoenixDialectTests {
    private let v1 = PhoenixDialect(serializer: .v1)
    private let v2 = PhoenixDialect(serializer: .v2)
    private let lobby = TopicNumber.of("room:lobby")

    @Test("Events of the application are messages, those of Phoenix are not")
    func arrivals() {
        let message = Arrival.message(topic: lobby, isReplayed: false)
        #expect(v2.arrival(#"[null,null,"room:lobby","new_msg",{"body":"hi"}]"#) == message)
        #expect(v2.arrival(#"[null,null,"room:lobby","broadcast",{}]"#) == message)
        #expect(
            v1.arrival(#"{"event":"tick","payload":{"a":1},"ref":null,"topic":"room:lobby"}"#)
                == message
        )
        #expect(v2.arrival(#"["1",null,"room:lobby","presence_state",{}]"#) == .other)
        #expect(
            v2.arrival(#"["1","1","room:lobby","phx_error",{}]"#) == .closed(topic: lobby)
        )
        #expect(
            v2.arrival(#"["1","2","room:lobby","phx_reply",{"response":{},"status":"ok"}]"#)
                == .reply(ref: 2, isAccepted: true)
        )
        let refused =
            #"["1","2","room:x","phx_reply",{"response":{"reason":"unmatched topic"},"#
            + #""status":"error"}]"#
        #expect(v2.arrival(refused) == .reply(ref: 2, isAccepted: false))
        #expect(v2.reason(refused) == "unmatched topic")
        #expect(v2.arrival("nonsense") == .other && v2.reason("nonsense").isEmpty)
    }

    @Test("Binary frames of Phoenix are told by their kind")
    func binary() {
        let message = Arrival.message(topic: lobby, isReplayed: false)
        let push: [UInt8] = [0, 1, 10, 4] + Array("1room:lobbytick\u{1}".utf8)
        let reply: [UInt8] = [1, 1, 2, 10, 2] + Array("114room:lobbyok".utf8)
        let broadcast: [UInt8] = [2, 10, 4] + Array("room:lobbytick\u{1}".utf8)
        #expect(v2.arrival(push) == message)
        #expect(v2.arrival(broadcast) == message)
        #expect(v2.arrival(reply) == .reply(ref: 14, isAccepted: true))
        let refusal: [UInt8] = [1, 1, 2, 10, 5] + Array("114room:lobbyerror".utf8)
        #expect(v2.arrival(refusal) == .reply(ref: 14, isAccepted: false))
        for frame in [push, reply, broadcast] {
            for count in 0..<16 { #expect(v2.arrival(Array(frame.prefix(count))) == .other) }
        }
        #expect(v2.arrival([9, 0, 0, 0, 0]) == .other)
    }

    @Test("Topics have no prefix and joins no configuration")
    func requests() throws {
        let plan = TopicPlan.example(isPrivate: true)
        #expect(
            v2.join(plan, topic: "room:lobby", ref: 1, token: "t", replaySince: nil)?.text
                == #"["1","1","room:lobby","phx_join",{}]"#
        )
        #expect(
            v2.leave(topic: "room:lobby", ref: 2, joinRef: 1)?.text
                == #"["1","2","room:lobby","phx_leave",{}]"#
        )
        let broadcast = v2.broadcast(
            topic: "room:lobby",
            name: "tick",
            mark: "~lt.1.2.3.4~",
            fillingByteCount: 2,
            ref: 3,
            joinRef: 1
        )
        #expect(
            broadcast.text
                == #"["1","3","room:lobby","tick",{"mark":"~lt.1.2.3.4~","filling":"xx"}]"#
        )
        #expect(v2.heartbeat(ref: 4)?.text == #"[null,"4","phoenix","heartbeat",{}]"#)
        #expect(v2.track(topic: "room:lobby", number: 1, ref: 5, joinRef: 1) == nil)
        #expect(v2.accessToken(topic: "room:lobby", token: "t", ref: 5, joinRef: 1) == nil)
    }

    @Test(
        "Addresses lead to the endpoint that is meant",
        arguments: [
            ("http://h:4000", "/socket/websocket?vsn=2.0.0"),
            ("ws://h:4000/", "/socket/websocket?vsn=2.0.0"),
            ("ws://h:4000/live", "/live/websocket?vsn=2.0.0"),
            ("ws://h:4000/socket/websocket", "/socket/websocket?vsn=2.0.0"),
        ]
    )
    func addresses(url: String, target: String) throws {
        #expect(try v2.address(url: url, topic: "t", token: nil).target == target)
        let withToken = try v2.address(url: url, topic: "t", token: "x")
        #expect(withToken.query == "token=x&vsn=2.0.0")
    }
}
