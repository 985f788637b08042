import Testing

@testable import Wire

@Suite struct PresencePayloadTests {
    private func meta(_ payload: String, previous: String? = nil) -> String {
        PresencePayload.meta(
            JSONText(trusted: Array(payload.utf8)),
            reference: "r",
            previous: previous
        ).text
    }

    @Test(
        "References in a tracked object are left out, however they are written",
        arguments: [
            #"{"phx_ref":"x"}"#, #"{"phx\u005Fref":1}"#, #"{"\u0070hx_ref_prev":{"a":[]}}"#,
            #"{ "phx_ref" : 1 , "phx_ref" : 2 }"#, "{ }", "{}",
        ]
    )
    func forged(payload: String) {
        #expect(meta(payload) == #"{"phx_ref":"r"}"#)
    }

    @Test("Everything else stays as it was written")
    func verbatim() {
        #expect(
            meta(#"{"n": 1.50 ,"phx_refs":"\u00e9","o":{"phx_ref":1}}"#, previous: "q")
                == #"{"phx_ref":"r","phx_ref_prev":"q","n":1.50,"phx_refs":"\u00e9","o":{"phx_ref":1}}"#
        )
    }

    @Test("A diff has both sides, a state one, and keys are written as strings of JSON")
    func groups() {
        let group = PresencePayload.Group(
            key: "a\"\n",
            metas: [.emptyObject, JSONText(trusted: Array(#"{"b":1}"#.utf8))]
        )
        let text = #"{"a\"\n":{"metas":[{},{"b":1}]}}"#
        #expect(PresencePayload.state([]).text == "{}")
        #expect(PresencePayload.state([group]).text == text)
        #expect(
            PresencePayload.diff(joins: [], leaves: [group]).text
                == #"{"joins":{},"leaves":\#(text)}"#
        )
        #expect(JSONText(validating: PresencePayload.state([group, group]).bytes) != nil)
    }
}
