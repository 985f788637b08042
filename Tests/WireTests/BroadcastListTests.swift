import Testing

@testable import Wire

private let allBlank =
    #"{"topic":["can't be blank"],"event":["can't be blank"],"#
    + #""payload":["can't be blank"]}"#

@Suite struct BroadcastListTests {
    private static let limits = BroadcastList.Limits(countMax: 3, payloadByteCountMax: 100) {
        $0.utf8.count <= 20
    }

    private static func refused(_ text: String) -> BroadcastList.Refused? {
        do throws(BroadcastList.Refused) {
            _ = try BroadcastList(parsing: Array(text.utf8), limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "What is no list of messages is refused as a whole",
        arguments: [
            ("", RequestRefusal.messagesBlank), (" \n", .messagesBlank), ("{}", .messagesBlank),
            ("[]", .messagesBlank), ("7", .messagesBlank), (#"{"messages":null}"#, .messagesBlank),
            (#"{"messages":[]}"#, .messagesBlank), (#"[{"topic":"a"}]"#, .messagesBlank),
            (#"{"messages":{}}"#, .messagesInvalid), (#"{"messages":"a"}"#, .messagesInvalid),
            (#"{"messages":[1]}"#, .messagesInvalid),
            (#"{"messages":[{},null]}"#, .messagesInvalid),
            ("{", .malformed), (#"{"messages":[{}]} x"#, .malformed), ("\u{0}", .malformed),
            (#"{"messages":[{"topic":"\ud800"}]}"#, .malformed),
            (#"{"messages":[{},{},{},{}]}"#, .tooManyMessages),
        ]
    )
    func noList(text: String, refusal: RequestRefusal) {
        let found = Self.refused(text)
        #expect(found?.refusal == refusal)
        #expect(found?.body == refusal.body)
    }

    @Test(
        "Wrong fields are named message by message, the right ones with an empty object",
        arguments: [
            ("{}", allBlank),
            (
                #"{"topic":null,"event":"","payload":null}"#,
                allBlank
            ),
            (
                #"{"topic":7,"event":[],"payload":"a","private":"yes","id":"x"}"#,
                #"{"topic":["is invalid"],"event":["is invalid"],"payload":["is invalid"],"#
                    + #""private":["is invalid"],"id":["is invalid"]}"#
            ),
            (#"{"topic":"  ","event":"e","payload":{}}"#, #"{"topic":["can't be blank"]}"#),
            (
                #"{"topic":"123456789012345678901","event":"e","payload":{}}"#,
                #"{"topic":["is invalid"]}"#
            ),
            (#"{"topic":"t","event":"e","payload":[1]}"#, #"{"payload":["is invalid"]}"#),
            (
                #"{"topic":"t","event":"e","payload":{},"private":2}"#,
                #"{"private":["is invalid"]}"#
            ),
            (#"{"topic":"t","event":"e","payload":{},"id":7}"#, #"{"id":["is invalid"]}"#),
            (
                #"{"topic":"t","event":"e","payload":{},"id":"0b54c5c2-0d0f-4ffb-8a0c-2b0d7f8f6"}"#,
                #"{"id":["is invalid"]}"#
            ),
            (
                #"{"topic":"t","event":"e","payload":{"a":""#
                    + String(repeating: "x", count: 100) + #""}}"#,
                #"{"payload":["Payload size exceeds tenant limit"]}"#
            ),
        ]
    )
    func wrongFields(message: String, findings: String) {
        let right = #"{"topic":"t","event":"e","payload":{}}"#
        let found = Self.refused(#"{"messages":[\#(right),\#(message)]}"#)
        #expect(found?.refusal == .fieldsInvalid)
        #expect(found?.body == #"{"errors":{"messages":[{},\#(findings)]}}"#)
    }

    @Test("Right messages come out as they were written")
    func right() throws {
        let text =
            #" {"messages":[{"topic":"room:7","event":"e","payload":{"a": 1.50},"x":1},"#
            + #"{"event":"\u00e9","topic":"t","payload":{"a":1},"payload":{},"private":true,"#
            + #""id":"0B54C5C2-0d0f-4ffb-8a0c-2b0d7f8f6a11"}, "#
            + #"{"topic":"t","event":"e","payload":{},"private":"false","id":null}]} "#
        let list = try BroadcastList(parsing: Array(text.utf8), limits: Self.limits).broadcasts
        #expect(
            list == [
                RequestedBroadcast(
                    topic: "room:7",
                    name: "e",
                    content: .json(JSONText(trusted: Array(#"{"a": 1.50}"#.utf8))),
                    isPrivate: false
                ),
                RequestedBroadcast(
                    topic: "t",
                    name: "é",
                    content: .json(.emptyObject),
                    isPrivate: true,
                    id: "0B54C5C2-0d0f-4ffb-8a0c-2b0d7f8f6a11"
                ),
                RequestedBroadcast(
                    topic: "t",
                    name: "e",
                    content: .json(.emptyObject),
                    isPrivate: false
                ),
            ]
        )
    }

    @Test(
        "The body of one message is its payload, wrapped where it is no object",
        arguments: [
            ("", "{}"), (" ", "{}"), (#" {"a":1} "#, #"{"a":1}"#), ("[1, 2]", #"{"_json":[1, 2]}"#),
            ("null", #"{"_json":null}"#), (#""a""#, #"{"_json":"a"}"#),
        ]
    )
    func single(body: String, payload: String) throws {
        let content = try RequestedBroadcast.content(ofBody: Array(body.utf8), isJSON: true)
        #expect(content == .json(JSONText(trusted: Array(payload.utf8))))
        for body in ["{", "1 2", "\u{0}", "{\"a\":}"] {
            #expect(throws: RequestRefusal.malformed) {
                try RequestedBroadcast.content(ofBody: Array(body.utf8), isJSON: true)
            }
        }
    }

    @Test("Bytes are taken as they are, but not none of them")
    func bytes() throws {
        for body: [UInt8] in [[0], [0x7B], Array("{}".utf8), [0xFF, 0x0A]] {
            let content = try RequestedBroadcast.content(ofBody: body, isJSON: false)
            #expect(content == .binary(body))
        }
        #expect(throws: RequestRefusal.payloadBlank) {
            try RequestedBroadcast.content(ofBody: [], isJSON: false)
        }
    }
}
