import Testing

@testable import Wire

@Suite struct AccessTokenPayloadTests {
    @Test(
        "Only a string that is no opaque key is a new token",
        arguments: [
            (#"{"access_token":"eyJ.new"}"#, "eyJ.new"), (#"{"access_token":""}"#, ""),
            (#"{"access_token":"sb_secret_1"}"#, nil),
            (#"{"access_token":"sbx"}"#, "sbx"), (#"{"access_token":null}"#, nil),
            (#"{"access_token":7}"#, nil), ("{}", nil), ("[]", nil), ("null", nil),
        ] as [(String, String?)]
    )
    func token(payload: String, token: String?) {
        #expect(AccessTokenPayload(parsing: JSONText(trusted: Array(payload.utf8))).token == token)
    }
}
