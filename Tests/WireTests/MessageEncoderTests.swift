import Testing

@testable import Wire

@Suite struct MessageEncoderTests {
    private let v1 = MessageEncoder(serializer: .v1)
    private let v2 = MessageEncoder(serializer: .v2)
    private func json(_ text: String) -> JSONText { JSONText(trusted: Array(text.utf8)) }

    @Test("A join's reply is written in both forms")
    func joinReply() {
        let response = JoinResponse.json(bindings: [])
        let write = { (encoder: MessageEncoder) in
            ReadFrame.text(
                encoder.reply(
                    joinRef: json(#""3""#),
                    ref: json(#""4""#),
                    topic: "realtime:room:7",
                    status: .ok,
                    response: response
                )
            )
        }
        #expect(
            write(v1)
                == #"{"topic":"realtime:room:7","event":"phx_reply","#
                + #""payload":{"status":"ok","response":{"postgres_changes":[]}},"ref":"4"}"#
        )
        #expect(
            write(v2)
                == #"["3","4","realtime:room:7","phx_reply","#
                + #"{"status":"ok","response":{"postgres_changes":[]}}]"#
        )
    }

    @Test("A refused join's reply carries the reason in both forms")
    func errorReply() {
        let refusal = JoinRefusal.unauthorized(topic: "room:7")
        let write = { (encoder: MessageEncoder) in
            ReadFrame.text(
                encoder.reply(
                    joinRef: json(#""1""#),
                    ref: json(#""1""#),
                    topic: "realtime:room:7",
                    status: .error,
                    response: refusal.response
                )
            )
        }
        let payload =
            #"{"status":"error","response":{"reason":"Unauthorized: You do not have permissions "#
            + #"to read from this Channel topic: room:7"}}"#
        #expect(
            write(v1)
                == #"{"topic":"realtime:room:7","event":"phx_reply","payload":"# + payload
                + #","ref":"1"}"#
        )
        #expect(write(v2) == #"["1","1","realtime:room:7","phx_reply","# + payload + "]")
    }

    @Test("A heartbeat's reply has null where the heartbeat had it")
    func heartbeatReply() {
        let write = { (encoder: MessageEncoder, ref: JSONText) in
            ReadFrame.text(
                encoder.reply(
                    joinRef: .null,
                    ref: ref,
                    topic: MessageName.phoenixTopic,
                    status: .ok,
                    response: .emptyObject
                )
            )
        }
        #expect(
            write(v2, json(#""12""#))
                == #"[null,"12","phoenix","phx_reply",{"status":"ok","response":{}}]"#
        )
        #expect(
            write(v1, .null)
                == #"{"topic":"phoenix","event":"phx_reply","#
                + #""payload":{"status":"ok","response":{}},"ref":null}"#
        )
    }

    @Test("A push has null references in both forms, and the first form no join reference")
    func push() {
        let write = { (encoder: MessageEncoder, joinRef: JSONText, ref: JSONText) in
            ReadFrame.text(
                encoder.push(
                    joinRef: joinRef,
                    ref: ref,
                    topic: "realtime:room:7",
                    name: "phx_close",
                    payload: .emptyObject
                )
            )
        }
        #expect(write(v2, .null, .null) == #"[null,null,"realtime:room:7","phx_close",{}]"#)
        #expect(write(v2, json("1"), json("1")) == #"[1,1,"realtime:room:7","phx_close",{}]"#)
        #expect(
            write(v1, json("1"), .null)
                == #"{"topic":"realtime:room:7","event":"phx_close","payload":{},"ref":null}"#
        )
        #expect(
            write(v1, json("1"), json(#""1""#))
                == #"{"topic":"realtime:room:7","event":"phx_close","payload":{},"ref":"1"}"#
        )
    }

    @Test("Topics and names are escaped, payloads are not touched")
    func escaping() {
        let message = v2.push(
            joinRef: .null,
            ref: .null,
            topic: "realtime:a\"b\\\n",
            name: "é\u{1}",
            payload: json("{ \"x\" : 1.0 }")
        )
        #expect(
            ReadFrame.text(message) == #"[null,null,"realtime:a\"b\\\n","é\u0001",{ "x" : 1.0 }]"#
        )
    }

    @Test(
        "A message is one frame up to 65,536 bytes and fragments beyond",
        arguments: [60, 125, 126, 127, 65_535, 65_536, 65_537, 131_072, 131_073, 1_000_000],
        Serializer.allCases
    )
    func lengths(byteCount: Int, serializer: Serializer) {
        let encoder = MessageEncoder(serializer: serializer)
        let (head, tail) =
            serializer == .v1
            ? (#"{"topic":"t","event":"e","payload":""#, #"","ref":null}"#)
            : (#"[null,null,"t","e",""#, #""]"#)
        let filler = String(repeating: "x", count: byteCount - head.utf8.count - tail.utf8.count)
        let message = encoder.push(
            joinRef: .null,
            ref: .null,
            topic: "t",
            name: "e",
            payload: JSONText(string: filler)
        )
        let frames = ([message.first] + message.rest).map(ReadFrame.init)
        #expect(frames.count == (byteCount + 65_535) / 65_536)
        #expect(frames.dropLast().allSatisfy { $0.payload.count == 65_536 && !$0.isFinal })
        #expect(frames.last?.isFinal == true)
        #expect(frames.first?.opcode == 1)
        #expect(frames.dropFirst().allSatisfy { $0.opcode == 0 })
        #expect(frames.reduce(0) { $0 + $1.payload.count } == byteCount)
        #expect(
            message.byteCount == ([message.first] + message.rest).reduce(0) { $0 + $1.bytes.count }
        )
        #expect(ReadFrame.text(message) == head + filler + tail)
    }

    @Test(
        "What an encoder writes, the decoder reads back",
        arguments: 1...60 as ClosedRange<UInt64>
    )
    func roundTrip(seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        for _ in 0..<10 {
            let sent = InboundMessage(
                joinRef: json(random.string()),
                ref: json(random.string()),
                topic: json(random.string()).stringValue ?? "",
                name: json(random.string()).stringValue ?? "",
                payload: json(random.value())
            )
            for serializer in Serializer.allCases {
                let message = MessageEncoder(serializer: serializer).push(
                    joinRef: sent.joinRef,
                    ref: sent.ref,
                    topic: sent.topic,
                    name: sent.name,
                    payload: sent.payload
                )
                let read = try MessageDecoder(serializer: serializer)
                    .decode(Array(ReadFrame.text(message).utf8))
                #expect(read.ref == sent.ref, "seed \(seed)")
                #expect(read.joinRef == (serializer == .v1 ? .null : sent.joinRef), "seed \(seed)")
                #expect(read.topic == sent.topic, "seed \(seed)")
                #expect(read.name == sent.name, "seed \(seed)")
                #expect(read.payload == sent.payload, "seed \(seed)")
            }
        }
    }
}
