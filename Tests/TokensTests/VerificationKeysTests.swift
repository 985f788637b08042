import Testing

@testable import Tokens

@Suite struct VerificationKeysTests {
    private static let short = "a secret of forty bytes for HS256 alone."

    private func header(_ json: String) throws -> TokenHeader {
        try TokenHeader(Array(json.utf8))
    }

    private func shared(_ secret: String) throws -> VerificationKey {
        VerificationKey(.sharedSecret(try SharedSecret(secret)))
    }

    @Test(
        "An algorithm that no loaded key serves has no signer",
        arguments: [
            "none", "None", "NONE", "nOnE", "", "hs256", "HS256 ", "HS1", "HS256K", "RS256",
            "RS384",
            "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519", "Ed448", "A256GCM", "dir",
        ]
    )
    func unknownAlgorithm(algorithm: String) throws {
        var keys = VerificationKeys()
        try keys.add(secret: secret)
        #expect(throws: TokenRefusal.signerUnknown(kid: nil)) {
            try keys.candidates(for: header(#"{"alg":"\#(algorithm)"}"#))
        }
        #expect(throws: TokenRefusal.signerUnknown(kid: "k1")) {
            try keys.candidates(for: header(#"{"alg":"\#(algorithm)","kid":"k1"}"#))
        }
    }

    @Test("A secret shorter than the hash is no signer for it")
    func shortSecret() throws {
        var keys = VerificationKeys()
        try keys.add(secret: Self.short)
        #expect(throws: TokenRefusal.signerUnknown(kid: nil)) {
            try keys.candidates(for: header(#"{"alg":"HS384"}"#))
        }
    }

    @Test("Without a secret only named keys sign")
    func namedOnly() throws {
        var keys = VerificationKeys()
        keys.add(try shared(secret), kid: "k1")
        #expect(throws: TokenRefusal.signerUnknown(kid: nil)) {
            try keys.candidates(for: header(#"{"alg":"HS256"}"#))
        }
        #expect(throws: TokenRefusal.signerUnknown(kid: "k2")) {
            try keys.candidates(for: header(#"{"alg":"HS256","kid":"k2"}"#))
        }
        let found = try keys.candidates(for: header(#"{"alg":"HS256","kid":"k1"}"#))
        #expect(found.algorithm == .hs256 && found.keys.count == 1 && !found.isNameUnknown)
    }

    @Test("A token's named key is taken before the secret, an unknown name falls back")
    func namedFirst() throws {
        let text = Array("text".utf8)
        var keys = VerificationKeys()
        try keys.add(secret: secret)
        keys.add(try shared(Self.short), kid: "k1")
        for (kid, signer) in [("k1", Self.short), ("k2", secret)] {
            let found = try keys.candidates(for: header(#"{"alg":"HS256","kid":"\#(kid)"}"#))
            let signature = try SharedSecret(signer).signature(of: text)
            #expect(found.keys.count == 1 && !found.isNameUnknown)
            #expect(found.keys[0].isValid(signature, of: text, by: found.algorithm))
        }
    }

    @Test("Of keys that share a name, the first that serves the algorithm is taken")
    func sharedName() throws {
        var keys = VerificationKeys()
        keys.add(try KeySet(jwks: Array(Vectors.jwks.utf8), allowsSecrets: false))
        keys.add(try shared(secret), kid: "a-ec")
        #expect(keys.count == 4)
        let es256 = try keys.candidates(for: header(#"{"alg":"ES256","kid":"a-ec"}"#))
        guard case .p256 = es256.keys[0].material else {
            Issue.record("not the public key")
            return
        }
        let hs256 = try keys.candidates(for: header(#"{"alg":"HS256","kid":"a-ec"}"#))
        guard case .sharedSecret = hs256.keys[0].material else {
            Issue.record("not the secret")
            return
        }
    }
}
