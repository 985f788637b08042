import Testing

@testable import Wire

@Suite struct SystemPayloadTests {
    @Test("All four values are strings, in the order that libraries know")
    func four() {
        let payload = SystemPayload.json(
            extension: "postgres_changes",
            status: .ok,
            message: "Subscribed to PostgreSQL",
            channel: "room:7"
        )
        #expect(
            payload.text
                == #"{"extension":"postgres_changes","status":"ok","#
                + #""message":"Subscribed to PostgreSQL","channel":"room:7"}"#
        )
    }

    @Test("Without a channel there is no key for one, and text is escaped")
    func noChannel() {
        let payload = SystemPayload.json(
            extension: "system",
            status: .error,
            message: #"a "b""#,
            channel: nil
        )
        #expect(payload.text == #"{"extension":"system","status":"error","message":"a \"b\""}"#)
    }
}
