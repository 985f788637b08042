import Testing
import Wire

@testable import WebSocketClient

@Suite struct ChannelReplyTests {
    private func reply(_ json: String) -> ChannelReply? {
        ChannelReply(payload: JSONText(trusted: Array(json.utf8)))
    }

    @Test(
        "A payload without a status is no reply",
        arguments: ["{}", "[]", "null", #"{"status":7}"#]
    )
    func noReply(json: String) {
        #expect(reply(json) == nil)
    }

    @Test("A refusal has its reason, if the gateway gave one")
    func reasons() {
        let refused = reply(#"{"status":"error","response":{"reason":"unmatched topic"}}"#)
        #expect(refused?.isOK == false)
        #expect(refused?.reason == "unmatched topic")
        let bare = reply(#"{"status":"error","response":"payload_size_exceeded"}"#)
        #expect(bare?.isOK == false)
        #expect(bare?.reason == nil)
        #expect(bare?.response.text == #""payload_size_exceeded""#)
        let done = reply(#"{"status":"ok","response":{"reason":"none","postgres_changes":[]}}"#)
        #expect(done?.isOK == true)
        #expect(done?.reason == nil)
    }
}
