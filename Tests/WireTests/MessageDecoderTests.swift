import Testing

@testable import Wire

@Suite struct MessageDecoderTests {
    private func decode(
        _ serializer: Serializer,
        _ text: String
    ) throws(MalformedMessage) -> InboundMessage {
        try MessageDecoder(serializer: serializer).decode(Array(text.utf8))
    }

    private func json(_ text: String) -> JSONText { JSONText(trusted: Array(text.utf8)) }

    @Test("An array of five is taken apart")
    func array() throws {
        let text = #"["3","12","realtime:room:7","phx_join",{"config":{}}]"#
        let message = InboundMessage(
            joinRef: json(#""3""#),
            ref: json(#""12""#),
            topic: "realtime:room:7",
            name: "phx_join",
            payload: json(#"{"config":{}}"#)
        )
        #expect(try decode(.v2, text) == message)
        let longer = #" [ "3" ,"12","realtime:room:7", "phx_join", {"config":{}} ,1,[{}]] "#
        #expect(try decode(.v2, longer) == message)
    }

    @Test("An object is taken apart whatever the order of its keys")
    func object() throws {
        let text =
            #"{"topic":"realtime:room:7","event":"phx_join","payload":{"config":{}},"ref":"1","#
            + #""join_ref":"2"}"#
        let message = InboundMessage(
            joinRef: json(#""2""#),
            ref: json(#""1""#),
            topic: "realtime:room:7",
            name: "phx_join",
            payload: json(#"{"config":{}}"#)
        )
        #expect(try decode(.v1, text) == message)
        let other =
            #"{ "ref" : "1", "x":[1], "\u0070ayload":{"config":{}}, "join_ref":"2","#
            + #""event":"other","event":"phx_\u006Aoin", "topic":"realtime:room:7" }"#
        #expect(try decode(.v1, other) == message)
    }

    @Test("A join reference that is absent or null is null")
    func noJoinRef() throws {
        let absent = #"{"topic":"phoenix","event":"heartbeat","payload":{},"ref":null}"#
        let message = InboundMessage(topic: "phoenix", name: "heartbeat")
        #expect(try decode(.v1, absent) == message)
        #expect(try decode(.v2, #"[null,null,"phoenix","heartbeat",{}]"#) == message)
    }

    @Test(
        "References are echoed as they were written",
        arguments: ["12", "1.50", #""\u0031""#, "[1, 2]", "true"]
    )
    func references(ref: String) throws {
        let message = try decode(.v2, #"[\#(ref),\#(ref),"t","e",null]"#)
        #expect(message.joinRef.text == ref)
        #expect(message.ref.text == ref)
        #expect(message.payload == .null)
    }

    @Test("A payload is kept byte for byte, whatever kind of value it is")
    func payload() throws {
        for payload in [#"{ "x" : 1.0, "x":"\u00e9/" }"#, "[1, 2]", #""text""#, "-0", "true"] {
            #expect(try decode(.v2, #"[null,null,"t","e", \#(payload) ]"#).payload.text == payload)
            let object = #"{"topic":"t","event":"e","ref":1,"payload": \#(payload) }"#
            #expect(try decode(.v1, object).payload.text == payload)
        }
    }

    @Test(
        "A malformed array is refused with its reason",
        arguments: [
            ("", .notJSON(.endsEarly)), ("  ", .notJSON(.endsEarly)),
            ("hello", .wrongContainer), ("{}", .wrongContainer), ("null", .wrongContainer),
            ("[]", .tooFewElements(count: 0)),
            (#"[null,"1","t","e"]"#, .tooFewElements(count: 4)),
            (#"[null,"1","t","e",{}"#, .notJSON(.endsEarly)),
            (#"[null,"1","t","e",{}] x"#, .notJSON(.unexpectedByte(offset: 22))),
            (#"[null,"1","t","e",{a}]"#, .notJSON(.unexpectedByte(offset: 19))),
            (#"[null,"1","t","e",{},nope]"#, .notJSON(.unexpectedByte(offset: 22))),
            (#"[null,"1",7,"e",{}]"#, .topicNotString),
            (#"[null,"1","t",null,{}]"#, .nameNotString),
        ] as [(String, MalformedMessage)]
    )
    func malformedArray(text: String, error: MalformedMessage) {
        #expect(throws: error) { try decode(.v2, text) }
    }

    @Test(
        "A malformed object is refused with its reason",
        arguments: [
            ("", .notJSON(.endsEarly)), ("[]", .wrongContainer), ("1", .wrongContainer),
            (#"["1","1","t","e",{}]"#, .wrongContainer), ("{}", .keyMissing("ref")),
            (#"{"event":"e","payload":{},"ref":null}"#, .keyMissing("topic")),
            (#"{"topic":"t","payload":{},"ref":null}"#, .keyMissing("event")),
            (#"{"topic":"t","event":"e","ref":null}"#, .keyMissing("payload")),
            (#"{"topic":"t","event":"e","payload":{}}"#, .keyMissing("ref")),
            (#"{"topic":{},"event":"e","payload":{},"ref":null}"#, .topicNotString),
            (#"{"topic":"t","event":1,"payload":{},"ref":null}"#, .nameNotString),
            (#"{"topic":"t","event":"e","payload":{},"ref":null"#, .notJSON(.endsEarly)),
            (#"{"topic":"t"}}"#, .notJSON(.unexpectedByte(offset: 13))),
        ] as [(String, MalformedMessage)]
    )
    func malformedObject(text: String, error: MalformedMessage) {
        #expect(throws: error) { try decode(.v1, text) }
    }

    @Test(
        "A reference over the limit is refused, for it would be kept",
        arguments: Serializer.allCases
    )
    func longReference(serializer: Serializer) throws {
        let longest = #""\#(String(repeating: "9", count: MessageDecoder.refByteCountMax - 2))""#
        let text = { (ref: String) in
            serializer == .v1
                ? #"{"topic":"t","event":"e","payload":{},"ref":null,"join_ref":\#(ref)}"#
                : #"[\#(ref),null,"t","e",{}]"#
        }
        #expect(try decode(serializer, text(longest)).joinRef.text == longest)
        let error = MalformedMessage.refTooLong(byteCount: MessageDecoder.refByteCountMax + 2)
        #expect(throws: error) { try decode(serializer, text("[\(longest)]")) }
    }

    @Test("A payload may be as deep as any value and no deeper", arguments: Serializer.allCases)
    func deepPayload(serializer: Serializer) throws {
        let text = { (depth: Int) in
            let payload =
                String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            return serializer == .v1
                ? #"{"topic":"t","event":"e","ref":1,"payload":\#(payload)}"#
                : #"[null,null,"t","e",\#(payload)]"#
        }
        let payload = try decode(serializer, text(64)).payload
        #expect(JSONText(validating: payload.bytes) == payload)
        #expect(throws: MalformedMessage.self) { try decode(serializer, text(65)) }
    }

    @Test("A text cut anywhere is malformed and never a crash", arguments: Serializer.allCases)
    func cut(serializer: Serializer) {
        let text =
            serializer == .v1
            ? #"{"topic":"té","event":"e\u00e9","payload":{"a":[1e5,"😀"]},"ref":"1"}"#
            : #"["1",-2.5,"té","e\ud83d\ude00",{"a":[true,null,"😀"]}]"#
        let bytes = Array(text.utf8)
        for count in bytes.indices {
            #expect(throws: MalformedMessage.self) {
                try MessageDecoder(serializer: serializer).decode(Array(bytes[..<count]))
            }
        }
    }

    @Test("Both forms of one random message say the same", arguments: 1...60 as ClosedRange<UInt64>)
    func bothForms(seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        for _ in 0..<10 {
            let (joinRef, ref) = (random.string(), random.string())
            let (topic, name) = (random.string(), random.string())
            let payload = random.value()
            let v2 = "[\(joinRef),\(ref),\(topic),\(name),\(payload)]"
            let v1 =
                #"{"ref":\#(ref),"event":\#(name),"payload":\#(payload),"topic":\#(topic),"#
                + #""join_ref":\#(joinRef)}"#
            let message = try decode(.v2, v2)
            #expect(try decode(.v1, v1) == message, "seed \(seed)")
            #expect(message.payload.text == payload)
            #expect(message.topic == JSONText(trusted: Array(topic.utf8)).stringValue)
        }
    }
}
