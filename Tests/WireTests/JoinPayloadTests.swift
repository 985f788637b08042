import Testing

@testable import Wire

@Suite struct JoinPayloadTests {
    private func parse(_ text: String) -> JoinPayload {
        JoinPayload(parsing: JSONText(trusted: Array(text.utf8)))
    }

    private func parse(config: String) -> JoinPayload { parse(#"{"config":{\#(config)}}"#) }

    @Test("A whole join is read")
    func whole() {
        let binding = #"{"event":"UPDATE","schema":"public","table":"todos","filter":"a=eq.4"}"#
        let payload = parse(
            #"{"config":{"broadcast":{"ack":true,"self":true,"replication_ready":true},"#
                + #""presence":{"key":"alice","enabled":true},"postgres_changes":[\#(binding)],"#
                + #""private":true},"access_token":"eyJ","version":"x","more":[1]}"#
        )
        #expect(payload.hasConfig)
        #expect(payload.isPrivate)
        #expect(payload.broadcastAck)
        #expect(payload.broadcastSelf)
        #expect(payload.replicationReady)
        #expect(payload.presenceKey == "alice")
        #expect(payload.presenceEnabled == true)
        #expect(payload.bindings.map(\.text) == [binding])
        #expect(payload.accessToken == "eyJ")
        #expect(payload.invalidFields.isEmpty)
    }

    @Test(
        "What is absent or null has its default and is no error",
        arguments: [
            "{}", "null", #"{"config":{}}"#,
            #"{"config":null,"access_token":null,"user_token":null}"#,
            #"{"config":{"broadcast":null,"presence":null}}"#,
            #"{"config":{"postgres_changes":null,"private":null}}"#,
            #"{"config":{"broadcast":{"ack":null,"self":null,"replication_ready":null}}}"#,
            #"{"config":{"presence":{"key":null,"enabled":null}}}"#,
        ]
    )
    func defaults(text: String) {
        let payload = parse(text)
        #expect(payload.hasConfig == text.contains("config"))
        #expect(!payload.isPrivate && !payload.broadcastAck && !payload.broadcastSelf)
        #expect(!payload.replicationReady && payload.presenceEnabled == nil)
        #expect(payload.presenceKey == nil)
        #expect(payload.bindings.isEmpty)
        #expect(payload.accessToken == nil)
        #expect(payload.invalidFields == (text == "null" ? ["payload"] : []))
    }

    @Test(
        "A truth value may be written as a string in any case, and nothing else",
        arguments: [
            ("true", true, true), ("false", false, true), (#""TRUE""#, true, true),
            (#""False""#, false, true), ("1", false, false), (#""yes""#, false, false),
            ("{}", false, false), ("[true]", false, false), (#""""#, false, false),
        ]
    )
    func bools(text: String, bool: Bool, isValid: Bool) {
        let payload = parse(
            config: #""private":\#(text),"broadcast":{"ack":\#(text),"self":\#(text)},"#
                + #""presence":{"enabled":\#(text)}"#
        )
        #expect(payload.isPrivate == bool)
        #expect(payload.broadcastAck == bool)
        #expect(payload.broadcastSelf == bool)
        #expect(payload.presenceEnabled == (isValid ? bool : nil))
        let paths = [
            "config.private", "config.broadcast.ack", "config.broadcast.self",
            "config.presence.enabled",
        ]
        #expect(payload.invalidFields == (isValid ? [] : paths))
    }

    @Test(
        "The wish for the replication message takes anything that is not false",
        arguments: [
            ("1", true), (#""x""#, true), ("{}", true), ("false", false), (#""false""#, false),
        ]
    )
    func truth(text: String, bool: Bool) {
        let payload = parse(config: #""broadcast":{"replication_ready":\#(text)}"#)
        #expect(payload.replicationReady == bool)
        #expect(payload.invalidFields.isEmpty)
    }

    @Test(
        "A replay needs a whole number of milliseconds, and the limit is one where there is one",
        arguments: [
            (#"{"since":1767225600000}"#, .since(milliseconds: 1_767_225_600_000, limit: nil)),
            (#"{"since":0,"limit":null,"x":1}"#, .since(milliseconds: 0, limit: nil)),
            (#"{"since":-7,"limit":10}"#, .since(milliseconds: -7, limit: 10)),
            (#"{"since":7,"limit":-1}"#, .since(milliseconds: 7, limit: -1)),
            ("{}", .malformed), (#"{"limit":3}"#, .malformed), (#"{"since":null}"#, .malformed),
            (#"{"since":"7"}"#, .malformed), (#"{"since":7.0}"#, .malformed),
            (#"{"since":7e3}"#, .malformed), (#"{"since":99999999999999999999}"#, .malformed),
            (#"{"since":7,"limit":"3"}"#, .malformed), (#"{"since":7,"limit":2.5}"#, .malformed),
            (#"{"since":7,"limit":{}}"#, .malformed), (#"{"since":true}"#, .malformed),
        ] as [(String, ReplayWish)]
    )
    func replay(text: String, wish: ReplayWish) {
        let payload = parse(config: #""broadcast":{"replay":\#(text)}"#)
        #expect(payload.replay == wish)
        let isMalformed = wish == .malformed
        #expect(payload.invalidFields == (isMalformed ? ["config.broadcast.replay"] : []))
    }

    @Test("A replay that is null or no object is there, and asks for nothing; none is none")
    func noReplay() {
        #expect(parse(config: #""broadcast":{"replay":null}"#).replay == .nothing)
        #expect(parse(config: #""broadcast":{"replay":null}"#).invalidFields.isEmpty)
        for text in ["7", "true", #""x""#, "[]"] {
            let payload = parse(config: #""broadcast":{"replay":\#(text)}"#)
            #expect(payload.replay == .nothing)
            #expect(payload.invalidFields == ["config.broadcast.replay"])
        }
        for text in ["", #""broadcast":{}"#, #""broadcast":{"ack":true}"#] {
            #expect(parse(config: text).replay == nil)
        }
    }

    @Test(
        "A presence key is a string that is not empty, or a number",
        arguments: [
            (#""alice""#, "alice", true), (#""""#, nil, true), ("42", "42", true),
            ("1.50", "1.50", true), ("true", nil, false), ("{}", nil, false), ("[]", nil, false),
        ] as [(String, String?, Bool)]
    )
    func presenceKey(text: String, key: String?, isValid: Bool) {
        let payload = parse(config: #""presence":{"key":\#(text)}"#)
        #expect(payload.presenceKey == key)
        #expect(payload.invalidFields == (isValid ? [] : ["config.presence.key"]))
    }

    @Test("A presence key over the limit counts as absent")
    func longKey() {
        let key = String(repeating: "k", count: JoinPayload.presenceKeyByteCountMax)
        #expect(parse(config: #""presence":{"key":"\#(key)"}"#).presenceKey == key)
        let payload = parse(config: #""presence":{"key":"\#(key)k"}"#)
        #expect(payload.presenceKey == nil)
        #expect(payload.invalidFields == ["config.presence.key"])
    }

    @Test(
        "Bindings are objects kept as written, nulls left out; one wrong entry voids them all",
        arguments: [
            (#"[{ "a" : 1 },null,{"b":2}]"#, [#"{ "a" : 1 }"#, #"{"b":2}"#], true),
            ("[ ]", [], true), ("[null]", [], true), (#"[{"a":1},7]"#, [], false),
            (#"[{"a":1},"x"]"#, [], false), (#"{"a":1}"#, [], false), (#""x""#, [], false),
            ("[[{}]]", [], false),
        ] as [(String, [String], Bool)]
    )
    func bindings(text: String, bindings: [String], isValid: Bool) {
        let payload = parse(config: #""postgres_changes":\#(text)"#)
        #expect(payload.bindings.map(\.text) == bindings)
        #expect(payload.invalidFields == (isValid ? [] : ["config.postgres_changes"]))
    }

    @Test("Too many bindings, or too long ones, count as none")
    func bindingLimits() {
        let many = { (count: Int) in
            let list = Array(repeating: "{}", count: count).joined(separator: ",")
            return parse(config: #""postgres_changes":[\#(list)]"#)
        }
        #expect(many(JoinPayload.bindingCountMax).bindings.count == JoinPayload.bindingCountMax)
        #expect(many(JoinPayload.bindingCountMax + 1).bindings.isEmpty)
        #expect(!many(JoinPayload.bindingCountMax + 1).invalidFields.isEmpty)
        let long = String(repeating: "x", count: JoinPayload.bindingByteCountMax)
        #expect(parse(config: #""postgres_changes":[{"a":"\#(long)"}]"#).bindings.isEmpty)
    }

    @Test("A part of the wrong kind is named and has its defaults")
    func wrongParts() {
        let payload = parse(#"{"config":{"broadcast":[],"presence":"x"},"access_token":7}"#)
        #expect(
            payload.invalidFields == ["access_token", "config.broadcast", "config.presence"]
        )
        #expect(parse(#"{"config":7}"#).invalidFields == ["config"])
        #expect(parse(#"{"config":7}"#).hasConfig)
        #expect(parse("[]").invalidFields == ["payload"])
    }

    @Test(
        "The token is chosen between its two places, and an opaque key means the connection's",
        arguments: [
            (#""access_token":"a""#, "a"), (#""user_token":"u""#, "u"),
            (#""access_token":"a","user_token":"u""#, "u"),
            (#""access_token":"a","user_token":null"#, "a"),
            (#""access_token":"a","user_token":7"#, "a"),
            (#""access_token":null,"user_token":"u""#, "u"),
            (#""access_token":7,"user_token":"u""#, "u"), (#""access_token":7"#, nil),
            (#""access_token":"sb_publishable_1""#, nil), (#""user_token":"sb_1""#, nil),
            (#""access_token":"sb_1","user_token":"u""#, nil),
            (#""access_token":null,"user_token":"sb_1""#, nil),
            (#""access_token":"xsb_1""#, "xsb_1"), (#""access_token":"a","access_token":"b""#, "b"),
        ] as [(String, String?)]
    )
    func token(text: String, token: String?) {
        #expect(parse("{\(text)}").accessToken == token)
    }

    @Test("Whatever JSON comes as a join, it is read", arguments: 1...60 as ClosedRange<UInt64>)
    func anything(seed: UInt64) {
        var random = RandomJSON(seed: seed)
        for _ in 0..<20 {
            let payload = parse(
                #"{"config":{"broadcast":\#(random.value()),"presence":\#(random.value()),"#
                    + #""postgres_changes":\#(random.value()),"private":\#(random.value())},"#
                    + #""access_token":\#(random.value()),"user_token":\#(random.value())}"#
            )
            #expect(payload.bindings.allSatisfy { $0.isObject }, "seed \(seed)")
            #expect(payload.hasConfig)
        }
    }
}
