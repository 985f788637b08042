import Testing

@testable import Wire

@Suite struct PresenceCallTests {
    private func parse(_ text: String) -> PresenceCall {
        PresenceCall(parsing: JSONText(trusted: Array(text.utf8)))
    }

    @Test(
        "What is not understood is refused, and never crashes",
        arguments: [
            ("[]", PresenceRefusal.unknownCall), ("7", .unknownCall), ("null", .unknownCall),
            (#"{"event":"dance"}"#, .unknownCall), (#"{"event":null}"#, .unknownCall),
            (#"{"event":["track"]}"#, .unknownCall),
            (#"{"event":"track","payload":[]}"#, .malformed),
            (#"{"event":"track","payload":null}"#, .malformed),
            (#"{"event":"track","payload":"x"}"#, .malformed),
        ]
    )
    func refused(text: String, refusal: PresenceRefusal) {
        #expect(parse(text) == .malformed(refusal))
    }

    @Test("The word is read in any case, what is missing is empty, and no word asks for nothing")
    func understood() {
        let named = JSONText(trusted: Array(#"{"name": "Ann"}"#.utf8))
        #expect(
            parse(#"{"type":"presence","event":"track","payload":{"name": "Ann"}}"#)
                == .track(named)
        )
        #expect(parse(#"{"event":"TRACK"}"#) == .track(.emptyObject))
        #expect(parse(#"{"event":"unTrack","payload":7}"#) == .untrack)
        #expect(parse(#"{"payload":{}}"#) == .nothing)
    }

    @Test("Refusals with words say the words of the protocol, the others say nothing")
    func texts() {
        #expect(
            PresenceRefusal.rateExceeded.response.text
                == #"{"reason":"Client presence rate limit exceeded"}"#
        )
        #expect(
            PresenceRefusal.malformed.response.text
                == #"{"reason":"Presence track payload must be a map"}"#
        )
        #expect(
            PresenceRefusal.payloadTooLarge.response.text
                == #"{"reason":"Track message size exceeded"}"#
        )
        #expect(PresenceRefusal.notAllowed.response.text == "{}")
    }
}
