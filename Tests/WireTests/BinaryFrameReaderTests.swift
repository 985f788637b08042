import Testing

@testable import Wire

@Suite struct BinaryFrameReaderTests {
    /// What a library sent for `{"a":1}` under the name `hi`, captured.
    private static let captured: [UInt8] =
        [0x03, 0x01, 0x01, 0x0F, 0x02, 0x00, 0x01, 0x36, 0x37]
        + [0x72, 0x65, 0x61, 0x6C, 0x74, 0x69, 0x6D, 0x65]
        + [0x3A, 0x72, 0x6F, 0x6F, 0x6D, 0x3A, 0x31]
        + [0x68, 0x69] + [0x7B, 0x22, 0x61, 0x22, 0x3A, 0x31, 0x7D]

    private func json(_ text: String) -> JSONText { JSONText(trusted: Array(text.utf8)) }

    private func decode(_ frame: [UInt8]) throws(MalformedMessage) -> InboundMessage {
        try MessageDecoder(serializer: .v2).decode(binary: frame)
    }

    /// A frame whose lengths are true, unless given.
    private func frame(
        joinRef: String = "6",
        ref: String = "7",
        topic: String = "realtime:room:1",
        name: String = "hi",
        metadata: String = "",
        encoding: UInt8 = 1,
        payload: [UInt8] = Array("{}".utf8)
    ) -> [UInt8] {
        let parts = [joinRef, ref, topic, name, metadata].map { Array($0.utf8) }
        return [3] + parts.map { UInt8($0.count) } + [encoding] + parts.joined() + payload
    }

    @Test("Every shorter piece of a frame is malformed, and so is every single wrong length")
    func truncated() {
        for count in 0..<Self.captured.count - 7 {
            #expect(throws: MalformedMessage.frameEndsEarly) {
                try decode(Array(Self.captured.prefix(count)))
            }
        }
        for place in 1...5 {
            var frame = Self.captured
            frame[place] = 255
            #expect(throws: MalformedMessage.frameEndsEarly) { try decode(frame) }
        }
    }

    @Test(
        "A frame of another kind is malformed",
        arguments: [UInt8](0...255).filter { $0 != 3 }
    )
    func otherKinds(kind: UInt8) {
        #expect(throws: MalformedMessage.kindUnknown(kind)) {
            try decode([kind] + Self.captured.dropFirst())
        }
    }

    @Test("The first serializer takes no bytes at all")
    func firstSerializer() {
        #expect(throws: MalformedMessage.binaryNotTaken) {
            try MessageDecoder(serializer: .v1).decode(binary: Self.captured)
        }
    }

    @Test("Parts that are not UTF-8 are malformed")
    func notUTF8() {
        // The references, the topic, the name: 0xFF stands in no UTF-8, 0xC3 wants a second byte.
        for place in [7, 8, 9, 23, 24, 25] {
            for byte: UInt8 in [0xFF, 0xC3] {
                var frame = Self.captured
                frame[place] = byte
                #expect(throws: MalformedMessage.partNotUTF8) { try decode(frame) }
            }
        }
    }

    @Test("A character that begins in one part and ends in the next is malformed")
    func splitCharacter() {
        var frame = frame(encoding: 0, payload: [0xA9])
        frame[24] = 0xC3
        #expect(throws: MalformedMessage.partNotUTF8) { try decode(frame) }
    }

    @Test(
        "A JSON payload that is not one JSON value is malformed",
        arguments: ["", " ", "{", "{}{}", "nul", #"{"a":1,}"#, "\u{1}", "\"\u{FEFF}"]
    )
    func notJSON(payload: String) {
        let frame = frame(payload: Array(payload.utf8))
        #expect { try decode(frame) } throws: { error in
            if case .notJSON? = error as? MalformedMessage { true } else { false }
        }
    }

    @Test("A JSON payload with bytes that are not UTF-8 is malformed, or it would end others")
    func notUTF8Payload() {
        let frame = frame(payload: Array("{\"a\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8))
        #expect(throws: MalformedMessage.notJSON(.invalidUTF8(offset: frame.count - 4))) {
            try decode(frame)
        }
    }

    @Test("The captured frame is a broadcast with its references")
    func captured() throws {
        #expect(
            try decode(Self.captured)
                == InboundMessage(
                    joinRef: json(#""6""#),
                    ref: json(#""7""#),
                    topic: "realtime:room:1",
                    broadcast: UserBroadcast(name: "hi", content: .json(json(#"{"a":1}"#)))
                )
        )
        #expect(try decode(Self.captured).name == "broadcast")
    }

    @Test("Encoding 0 is bytes, every other one JSON", arguments: [UInt8](0...255))
    func encodings(encoding: UInt8) throws {
        let message = try decode(frame(encoding: encoding))
        let content = try #require(message.broadcast?.content)
        #expect(content == (encoding == 0 ? .binary([0x7B, 0x7D]) : .json(.emptyObject)))
    }

    @Test("Bytes are taken as they are, none as well")
    func bytes() throws {
        let payload = [UInt8](0...255)
        #expect(
            try decode(frame(encoding: 0, payload: payload)).broadcast?.content == .binary(payload)
        )
        #expect(try decode(frame(encoding: 0, payload: [])).broadcast?.content == .binary([]))
    }

    @Test("Any JSON value is a payload, white space around it is left out")
    func values() throws {
        for text in ["1.50", "null", "\"ü\"", "[1, 2]"] {
            let found = try decode(frame(payload: Array(" \(text)\n".utf8))).broadcast?.content
            #expect(found == .json(json(text)))
        }
    }

    @Test("Empty references are empty strings, and parts may have 255 bytes each")
    func lengths() throws {
        let empty = try decode(frame(joinRef: "", ref: "", topic: "", name: ""))
        #expect(empty.joinRef == json("\"\"") && empty.ref == json("\"\""))
        #expect(empty.topic == "" && empty.broadcast?.name == "")
        let long = String(repeating: "ü", count: 127) + "u"
        let full = try decode(
            frame(joinRef: long, ref: long, topic: long, name: long, metadata: long)
        )
        #expect(full.joinRef == JSONText(string: long) && full.topic == long)
        #expect(full.broadcast == UserBroadcast(name: long, content: .json(.emptyObject)))
    }

    @Test("Metadata is thrown away, whatever it is")
    func metadata() throws {
        #expect(try decode(frame(metadata: "{no json")) == decode(frame()))
    }

    @Test("What needs escapes in JSON has them in the references that are echoed")
    func escapes() throws {
        #expect(try decode(frame(ref: "a\"\u{1}")).ref == json(#""a\"\u0001""#))
    }
}
