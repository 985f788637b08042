import Testing

@testable import Tokens

@Suite struct VerificationKeysTests {
    private static let short = "a secret of forty bytes for HS256 alone."

    private func header(_ json: String) throws -> TokenHeader {
        try TokenHeader(Array(json.utf8))
    }

    @Test(
        "An algorithm that no loaded key serves has no signer",
        arguments: [
            "none", "None", "NONE", "nOnE", "", "hs256", "HS256 ", "HS1", "HS256K", "RS256",
            "RS384",
            "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519", "A256GCM", "dir",
        ]
    )
    func unknownAlgorithm(algorithm: String) throws {
        let keys = VerificationKeys(fallback: .sharedSecret(try SharedSecret(secret)), named: [:])
        #expect(throws: TokenRefusal.signerUnknown(kid: nil)) {
            try keys.key(for: header(#"{"alg":"\#(algorithm)"}"#))
        }
        #expect(throws: TokenRefusal.signerUnknown(kid: "k1")) {
            try keys.key(for: header(#"{"alg":"\#(algorithm)","kid":"k1"}"#))
        }
    }

    @Test("A secret shorter than the hash is no signer for it")
    func shortSecret() throws {
        let keys = VerificationKeys(
            fallback: .sharedSecret(try SharedSecret(Self.short)),
            named: [:]
        )
        #expect(throws: TokenRefusal.signerUnknown(kid: nil)) {
            try keys.key(for: header(#"{"alg":"HS384"}"#))
        }
    }

    @Test("Without a fallback only named keys sign")
    func namedOnly() throws {
        let key = VerificationKey.sharedSecret(try SharedSecret(secret))
        let keys = VerificationKeys(fallback: nil, named: ["k1": key])
        #expect(throws: TokenRefusal.signerUnknown(kid: nil)) {
            try keys.key(for: header(#"{"alg":"HS256"}"#))
        }
        #expect(throws: TokenRefusal.signerUnknown(kid: "k2")) {
            try keys.key(for: header(#"{"alg":"HS256","kid":"k2"}"#))
        }
        #expect(try keys.key(for: header(#"{"alg":"HS256","kid":"k1"}"#)).algorithm == .hs256)
    }

    @Test("A token's named key is taken before the fallback, an unknown name falls back")
    func namedFirst() throws {
        let text = Array("text".utf8)
        let named = try SharedSecret(Self.short)
        let fallback = try SharedSecret(secret)
        let keys = VerificationKeys(
            fallback: .sharedSecret(fallback),
            named: ["k1": .sharedSecret(named)]
        )
        for (kid, signer) in [("k1", named), ("k2", fallback)] {
            let (key, algorithm) = try keys.key(for: header(#"{"alg":"HS256","kid":"\#(kid)"}"#))
            #expect(key.isValid(signer.signature(of: text), of: text, by: algorithm))
        }
    }
}
