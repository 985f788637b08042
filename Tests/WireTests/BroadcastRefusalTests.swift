import Testing

@testable import Wire

@Suite struct BroadcastRefusalTests {
    @Test("The response is an object, which every library takes")
    func response() {
        #expect(
            BroadcastRefusal.payloadTooLarge.response.text
                == #"{"reason":"payload_size_exceeded"}"#
        )
    }
}
