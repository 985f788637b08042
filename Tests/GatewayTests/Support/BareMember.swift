import Testing
import WebSocketClient
import Wire

/// Somebody who writes and reads every byte by hand, from the protocol's page alone.
final class BareMember {
    /// A message as it is on the wire.
    enum Message: Equatable {
        case text(String)
        case binary([UInt8])
    }

    let webSocket: WebSocketClient
    private let serializer: Serializer

    init(_ node: TestNode, _ person: Person, _ serializer: Serializer = .v2) throws {
        let address = try WebSocketAddress(
            gateway: node.url,
            apiKey: person.token,
            serializer: serializer
        )
        webSocket = try WebSocketClient(address, deadline: Member.soon)
        self.serializer = serializer
    }

    /// Joins under the join reference 6; anything but ok fails the test.
    func joined(_ topic: String, _ config: String = #""private":true"#) throws {
        let payload = #"{"config":{\#(config)}}"#
        let ok = #"{"status":"ok","response":{"postgres_changes":[]}}"#
        switch serializer {
        case .v1:
            try say(
                #"{"topic":"realtime:\#(topic)","event":"phx_join","payload":\#(payload),"ref":"6"}"#
            )
            let reply =
                #"{"topic":"realtime:\#(topic)","event":"phx_reply","payload":\#(ok),"ref":"6"}"#
            try #require(try next() == .text(reply))
        case .v2:
            try say(#"["6","6","realtime:\#(topic)","phx_join",\#(payload)]"#)
            try #require(try next() == .text(#"["6","6","realtime:\#(topic)","phx_reply",\#(ok)]"#))
        }
    }

    func say(_ text: String) throws { try webSocket.sendText(text) }

    func say(_ bytes: [UInt8]) throws { try webSocket.sendBinary(bytes) }

    /// The next message.
    func next() throws -> Message {
        while true {
            switch try webSocket.receive(deadline: Member.soon) {
            case .text(let text): return .text(String(decoding: text, as: UTF8.self))
            case .binary(let bytes): return .binary(bytes)
            case .ping, .pong: continue
            case .close, .ended, .timeout: throw Member.Unexpected(what: "no message")
            }
        }
    }

    /// Proves that nothing was sent until now: the next message answers a heartbeat.
    func expectNothing(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let answer: String
        switch serializer {
        case .v1:
            try say(#"{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"h"}"#)
            answer =
                #"{"topic":"phoenix","event":"phx_reply","payload":{"status":"ok","response":{}},"ref":"h"}"#
        case .v2:
            try say(#"[null,"h","phoenix","heartbeat",{}]"#)
            answer = #"[null,"h","phoenix","phx_reply",{"status":"ok","response":{}}]"#
        }
        #expect(try next() == .text(answer), sourceLocation: sourceLocation)
    }
}
