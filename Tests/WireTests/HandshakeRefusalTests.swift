import Testing

@testable import Wire

@Suite struct HandshakeRefusalTests {
    @Test(
        "Every refusal has the status and the message that libraries know",
        arguments: [
            (.keyMissing, 401, "API key is missing"), (.tokenExpired, 401, "Token has expired"),
            (.tokenFieldsMissing, 401, "Fields `role` and `exp` are required in JWT"),
            (.tokenMalformed, 401, "The token provided is not a valid JWT"),
            (.tokenSignatureInvalid, 401, "Failed to validate JWT signature"),
            (
                .tokenSignerUnknown(keyID: nil), 401,
                "Failed to generate JWT signer, check your JWT secret or JWKS configuration"
            ),
            (
                .tokenSignerUnknown(keyID: #"a"b"#), 401,
                "Failed to generate JWT signer for key ID (kid) \"a\"b\", "
                    + "check your JWT secret or JWKS configuration"
            ),
            (.serializerUnknown, 403, nil), (.tooManyConnections, 429, "Too many connected users"),
            (.unexpected, 500, "Error connecting to Realtime"),
        ] as [(HandshakeRefusal, Int, String?)]
    )
    func responses(refusal: HandshakeRefusal, status: Int, message: String?) throws {
        #expect(refusal.status == status)
        #expect(refusal.message == message)
        if let message {
            #expect(try JSON(parsing: refusal.body)["error"]?.stringValue == message)
        } else {
            #expect(refusal.body.isEmpty)
        }
    }

    @Test("The body is one object")
    func body() {
        let body = String(decoding: HandshakeRefusal.keyMissing.body, as: UTF8.self)
        #expect(body == #"{"error":"API key is missing"}"#)
        #expect(!HandshakeRefusal.tokenExpired.advice.mayRepeat)
        #expect(HandshakeRefusal.tooManyConnections.advice.mayRepeat)
    }
}
