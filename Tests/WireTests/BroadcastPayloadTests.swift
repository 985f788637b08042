import Testing

@testable import Wire

@Suite struct BroadcastPayloadTests {
    @Test("A request becomes a broadcast with its id beside the payload")
    func fromRequest() {
        let payload = JSONText(trusted: Array(#"{"id": "3f", "total": 9.10}"#.utf8))
        #expect(
            BroadcastPayload.fromRequest(id: "3f", name: "order", payload: payload).text
                == #"{"type":"broadcast","event":"order","payload":{"id": "3f", "total": 9.10},"#
                + #""meta":{"id":"3f"}}"#
        )
    }

    @Test("Without an id there is no meta, and a name is escaped")
    func withoutID() {
        #expect(
            BroadcastPayload.fromRequest(id: nil, name: "a\"b", payload: .emptyObject).text
                == #"{"type":"broadcast","event":"a\"b","payload":{}}"#
        )
    }

    @Test(
        "The name in a broadcast is its last string under event",
        arguments: [
            (#"{"type":"broadcast","event":"cursor","payload":{"event":"x"}}"#, "cursor"),
            (#"{"payload":{},"event":"a","event":"b\u0021"}"#, "b!"),
            (#"{"\u0065vent":"e"}"#, "e"), (#"{"event":7}"#, nil), (#"{"event":null}"#, nil),
            ("{}", nil), (#"["event","x"]"#, nil), ("null", nil),
        ] as [(String, String?)]
    )
    func name(payload: String, name: String?) {
        #expect(BroadcastPayload.name(in: JSONText(trusted: Array(payload.utf8))) == name)
    }
}
