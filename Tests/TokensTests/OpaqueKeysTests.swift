import Testing

@testable import Tokens

@Suite struct OpaqueKeysTests {
    private static let publishable = "sb_publishable_0123456789abcdef_01234567"
    private static let confidential = "sb_secret_0123456789abcdef0123_01234567"

    @Test(
        "A list that cannot be meant is refused by the number of its entry",
        arguments: [
            ("sb_secret_x", OpaqueKeys.Malformed.noPair(entry: 1)), ("=anon", .noPair(entry: 1)),
            ("\(publishable)=", .noPair(entry: 1)), ("\(publishable)=anon,x", .noPair(entry: 2)),
            ("sb_other_0123456789abcdef0123456789=anon", .prefixUnknown(entry: 1)),
            ("SB_SECRET_0123456789abcdef0123456789=anon", .prefixUnknown(entry: 1)),
            ("sb_secret_0123456789abcdef01234=anon", .lengthWrong(entry: 1)),
            ("\(publishable)=anon,\(publishable)=service_role", .repeated(entry: 2)),
        ]
    )
    func malformed(text: String, refusal: OpaqueKeys.Malformed) {
        #expect(throws: refusal) { try OpaqueKeys(parsing: text) }
        #expect(!"\(refusal)".contains("0123456789"))
    }

    @Test("A hundred keys are enough")
    func tooMany() {
        let list = (0...100).map { "sb_secret_0123456789abcdef0123_\(100_000 + $0)=anon" }
        #expect(throws: OpaqueKeys.Malformed.tooMany) {
            try OpaqueKeys(parsing: list.joined(separator: ","))
        }
        #expect(throws: Never.self) {
            try OpaqueKeys(parsing: list.dropLast().joined(separator: ","))
        }
    }

    @Test("A key that is not known is no token, and a known one is none where tokens belong")
    func refused() throws {
        var keys = VerificationKeys()
        try keys.add(secret: secret)
        let opaque = try OpaqueKeys(parsing: "\(Self.publishable)=anon")
        let verifier = TokenVerifier(keys: keys, opaqueKeys: opaque)
        for key in [Self.confidential, "sb_", Self.publishable + " ", Self.publishable + "0", ""] {
            #expect(throws: TokenRefusal.malformed) { try verifier.verify(apiKey: key, now: now) }
        }
        #expect(throws: TokenRefusal.malformed) {
            try verifier.verify(Self.publishable, now: now)
        }
    }

    @Test("A key says its role, never ends, and tokens go on being taken beside it")
    func claims() throws {
        var keys = VerificationKeys()
        try keys.add(secret: secret)
        let text = "\(Self.publishable)=anon,\n \(Self.confidential) = service_role ,"
        let opaque = try OpaqueKeys(parsing: text)
        #expect(opaque.roleNames == ["anon", "service_role"])
        let verifier = TokenVerifier(keys: keys, opaqueKeys: opaque)
        let claims = try verifier.verify(apiKey: Self.confidential, now: now)
        #expect(claims.role == "service_role" && claims.text == #"{"role":"service_role"}"#)
        #expect(claims.expiresAt == 253_402_300_799 && claims.sub == nil)
        let minted = try token(claims: #"{"role":"anon","exp":2000000000}"#)
        #expect(try verifier.verify(apiKey: minted, now: now).role == "anon")
    }
}
