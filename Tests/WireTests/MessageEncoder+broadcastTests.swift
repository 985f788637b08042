import Testing

@testable import Wire

@Suite struct MessageEncoderBroadcastTests {
    private let v1 = MessageEncoder(serializer: .v1)
    private let v2 = MessageEncoder(serializer: .v2)
    private let topic = "realtime:room:1"

    private func json(_ text: String) -> BroadcastContent {
        .json(JSONText(trusted: Array(text.utf8)))
    }

    /// The payload of a message's frames, and the opcode of the first.
    private func read(_ message: EncodedMessage?) -> (opcode: UInt8, payload: [UInt8])? {
        guard let message else { return nil }
        let frames = ([message.first] + message.rest).map(ReadFrame.init)
        return (frames[0].opcode, frames.flatMap(\.payload))
    }

    @Test("Bytes have no form in the first serializer")
    func bytesForTheFirst() {
        let broadcast = UserBroadcast(name: "hi", content: .binary([1, 2]))
        #expect(v1.broadcast(broadcast, topic: topic) == nil)
    }

    @Test("Bytes whose topic or name is too long for a binary frame have no form at all")
    func bytesTooLong() {
        let long = String(repeating: "n", count: 256)
        let name = UserBroadcast(name: long, content: .binary([1]))
        #expect(v2.broadcast(name, topic: topic) == nil)
        let short = UserBroadcast(name: "hi", content: .binary([1]))
        #expect(v2.broadcast(short, topic: long) == nil)
        #expect(v2.broadcast(short, topic: String(long.dropLast())) != nil)
    }

    @Test("What is replayed is text with the channel's reference, and says so")
    func replayed() throws {
        let broadcast = UserBroadcast.replayed(id: "3f", name: "order", content: json(#"{"n":9}"#))
        let payload =
            #"{"type":"broadcast","event":"order","payload":{"n":9},"meta":{"replayed":true,"id":"3f"}}"#
        let joinRef = JSONText(string: "5")
        let second = try #require(read(v2.replay(broadcast, topic: topic, joinRef: joinRef)))
        #expect(second.opcode == 1)
        #expect(
            String(decoding: second.payload, as: UTF8.self)
                == #"["5",null,"realtime:room:1","broadcast",\#(payload)]"#
        )
        let first = try #require(read(v1.replay(broadcast, topic: topic, joinRef: joinRef)))
        #expect(
            String(decoding: first.payload, as: UTF8.self)
                == #"{"topic":"realtime:room:1","event":"broadcast","payload":\#(payload),"ref":null}"#
        )
    }

    @Test("Bytes are replayed as a binary frame, and not at all in the first serializer")
    func replayedBytes() throws {
        let broadcast = UserBroadcast.replayed(id: "3f", name: "hi", content: .binary([0, 255]))
        #expect(v1.replay(broadcast, topic: topic, joinRef: .null) == nil)
        let found = try #require(read(v2.replay(broadcast, topic: topic, joinRef: .null)))
        let meta = Array(#"{"replayed":true,"id":"3f"}"#.utf8)
        #expect(
            found.payload
                == [4, 15, 2, UInt8(meta.count), 0] + Array("\(topic)hi".utf8) + meta + [0, 255]
        )
        let long = String(repeating: "n", count: 256)
        let named = UserBroadcast.replayed(id: "3f", name: long, content: .binary([1]))
        #expect(v2.replay(named, topic: topic, joinRef: .null) == nil)
    }

    @Test("JSON for the second serializer is the captured frame, byte for byte")
    func captured() throws {
        let broadcast = UserBroadcast(name: "hi", content: json(#"{"a":1}"#))
        let found = try #require(read(v2.broadcast(broadcast, topic: topic)))
        #expect(found.opcode == 2)
        #expect(
            found.payload
                == [0x04, 0x0F, 0x02, 0x00, 0x01]
                + [0x72, 0x65, 0x61, 0x6C, 0x74, 0x69, 0x6D, 0x65]
                + [0x3A, 0x72, 0x6F, 0x6F, 0x6D, 0x3A, 0x31]
                + [0x68, 0x69] + [0x7B, 0x22, 0x61, 0x22, 0x3A, 0x31, 0x7D]
        )
    }

    @Test("Bytes for the second serializer have the encoding 0, and what the gateway adds")
    func bytes() throws {
        let id = "0b54c5c2-0d0f-4ffb-8a0c-2b0d7f8f6a11"
        let broadcast = UserBroadcast.fromDatabase(id: id, name: "ü", content: .binary([0, 255]))
        let found = try #require(read(v2.broadcast(broadcast, topic: topic)))
        let meta = Array("{\"id\":\"\(id)\"}".utf8)
        #expect(
            found.payload
                == [4, 15, 2, UInt8(meta.count), 0] + Array("\(topic)ü".utf8) + meta + [0, 255]
        )
    }

    @Test("JSON for the first serializer is text with the same parts")
    func firstSerializer() throws {
        let plain = UserBroadcast(name: "a\"b", content: json(#"[1, 2.50]"#))
        let found = try #require(read(v1.broadcast(plain, topic: topic)))
        #expect(found.opcode == 1)
        #expect(
            String(decoding: found.payload, as: UTF8.self)
                == #"{"topic":"realtime:room:1","event":"broadcast","payload":"#
                + #"{"type":"broadcast","event":"a\"b","payload":[1, 2.50]},"ref":null}"#
        )
        let stored = UserBroadcast.fromDatabase(id: "3f", name: "n", content: json("{}"))
        #expect(
            try #require(v1.broadcast(stored, topic: topic).map(ReadFrame.text))
                == #"{"topic":"realtime:room:1","event":"broadcast","payload":{"type":"broadcast","#
                + #""event":"n","payload":{},"meta":{"id":"3f"}},"ref":null}"#
        )
    }

    @Test("JSON whose topic or name is too long for a binary frame goes as text")
    func textInstead() throws {
        let long = String(repeating: "n", count: 256)
        let broadcast = UserBroadcast(name: long, content: json("{}"))
        let found = try #require(read(v2.broadcast(broadcast, topic: topic)))
        #expect(found.opcode == 1)
        #expect(
            String(decoding: found.payload, as: UTF8.self)
                == #"[null,null,"realtime:room:1","broadcast","#
                + #"{"type":"broadcast","event":"\#(long)","payload":{}}]"#
        )
    }

    @Test("A long payload is cut into fragments of a binary message")
    func fragments() throws {
        let payload = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        let broadcast = UserBroadcast(name: "hi", content: .binary(payload))
        let message = try #require(v2.broadcast(broadcast, topic: topic))
        let frames = ([message.first] + message.rest).map(ReadFrame.init)
        #expect(frames.map(\.opcode) == [2, 0, 0, 0])
        #expect(frames.map(\.isFinal) == [false, false, false, true])
        #expect(Array(frames.flatMap(\.payload).suffix(payload.count)) == payload)
        #expect(message.byteCount == frames.reduce(0) { $0 + $1.payload.count } + 4 * 4 + 6 * 3)
    }
}
