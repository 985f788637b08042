import Testing

@testable import Tokens

/// Tokens that other implementations signed with private keys.
@Suite struct AsymmetricTokensTests {
    static let named = [
        Vectors.rs256, Vectors.es256, Vectors.edDSA, Vectors.ed25519,
    ]

    private func verifier(_ sets: KeySet..., secret: String? = nil) throws -> TokenVerifier {
        var keys = VerificationKeys()
        if let secret { try keys.add(secret: secret) }
        for set in sets { keys.add(set) }
        return TokenVerifier(keys: keys)
    }

    private func jwks(_ text: String) throws -> KeySet {
        try KeySet(jwks: Array(text.utf8), allowsSecrets: false)
    }

    private func pem(_ text: String) throws -> KeySet { try KeySet(pem: Array(text.utf8)) }

    private func parts(_ token: String) -> [String] {
        token.split(separator: ".").map(String.init)
    }

    @Test("A signature cut short, lengthened, emptied, or of another token is invalid")
    func signatures() throws {
        let verifier = try verifier(jwks(Vectors.jwks))
        for token in Self.named {
            let parts = parts(token)
            let signature = try #require(Base64URL.decode(parts[2].utf8))
            let others = Self.named.filter { $0 != token }
                .compactMap { Base64URL.decode(self.parts($0)[2].utf8) }
            let forged =
                [[], Array(signature.dropLast()), Array(signature.dropFirst()), signature + [0]]
                + [[0] + signature, Array(repeating: 0, count: signature.count)]
                + [Array(repeating: 0xFF, count: signature.count)] + others
            for signature in forged {
                let text =
                    "\(parts[0]).\(parts[1])."
                    + String(decoding: Base64URL.encode(signature), as: UTF8.self)
                #expect(throws: TokenRefusal.signatureInvalid) {
                    try verifier.verify(text, now: now)
                }
            }
        }
    }

    @Test("An ES256 signature as DER is invalid: a token's is the two numbers")
    func signatureInDER() throws {
        #expect(throws: TokenRefusal.signatureInvalid) {
            try verifier(jwks(Vectors.jwks)).verify(Vectors.es256InDER, now: now)
        }
    }

    @Test("Changed claims are not signed")
    func tampered() throws {
        let verifier = try verifier(jwks(Vectors.jwks))
        let claims = #"{"role":"service_role","exp":2000000000,"sub":"ann"}"#
        let encoded = String(decoding: Base64URL.encode(claims.utf8), as: UTF8.self)
        for token in Self.named {
            let parts = parts(token)
            #expect(throws: TokenRefusal.signatureInvalid) {
                try verifier.verify("\(parts[0]).\(encoded).\(parts[2])", now: now)
            }
        }
    }

    @Test("No byte of a token can be changed")
    func flippedBytes() throws {
        let verifier = try verifier(jwks(Vectors.jwks))
        for token in [Vectors.es256, Vectors.edDSA] {
            let bytes = Array(token.utf8)
            for position in bytes.indices {
                for replacement in Array("Aa0_.%".utf8) where replacement != bytes[position] {
                    var changed = bytes
                    changed[position] = replacement
                    let text = String(decoding: changed, as: UTF8.self)
                    #expect(throws: TokenRefusal.self, "byte \(position) as \(replacement)") {
                        try verifier.verify(text, now: now)
                    }
                }
            }
        }
    }

    @Test("A public key is no secret: whoever signs with its text, by HMAC, is refused")
    func publicKeyAsSecret() throws {
        let der = try #require(PEMBlock.all(in: Vectors.rsaPublic)?.first).bytes
        for bytes in [
            Array(Vectors.rsaPublic.utf8), Array((Vectors.rsaPublic + "\n").utf8), der,
            Array(Vectors.rsaJWK.utf8),
        ] {
            let confused = try SharedSecret(bytes: bytes)
            for kid in ["", #","kid":"a-rs""#] {
                let header = Base64URL.encode(#"{"alg":"HS256"\#(kid)}"#.utf8)
                let claims = Base64URL.encode(#"{"role":"anon","exp":2000000000}"#.utf8)
                let text = header + [UInt8(ascii: ".")] + claims
                let token = String(
                    decoding: text + [UInt8(ascii: ".")]
                        + Base64URL.encode(confused.signature(of: text)),
                    as: UTF8.self
                )
                #expect(throws: TokenRefusal.self) {
                    try verifier(jwks(Vectors.jwks), pem(Vectors.rsaPublic)).verify(
                        token,
                        now: now
                    )
                }
                #expect(throws: TokenRefusal.signatureInvalid) {
                    try verifier(jwks(Vectors.jwks), pem(Vectors.rsaPublic), secret: secret)
                        .verify(token, now: now)
                }
            }
        }
    }

    @Test(
        "A key serves its own algorithms only, whatever a token says",
        arguments: [
            (Vectors.rsaPublic, ["RS256", "RS384", "RS512"]), (Vectors.ecPublic, ["ES256"]),
            (Vectors.edPublic, ["EdDSA"]),
        ]
    )
    func boundKeys(pem text: String, names: [String]) throws {
        let key = try #require(pem(text).entries.first).key
        #expect(key.algorithms.map(\.rawValue) == names)
        for algorithm in SignatureAlgorithm.allCases where !names.contains(algorithm.rawValue) {
            let forged = try SharedSecret(bytes: Array(text.utf8)).signature(of: [1])
            #expect(!key.isValid(forged, of: [1], by: algorithm))
        }
    }

    @Test("A key that was published for one algorithm does not serve its siblings")
    func soleAlgorithm() throws {
        let verifier = try verifier(jwks(Vectors.jwks))
        for token in [Vectors.rs384, Vectors.rs512] {
            #expect(throws: TokenRefusal.signerUnknown(kid: "a-rs")) {
                try verifier.verify(token, now: now)
            }
        }
    }

    @Test("A name that is not there has no signer, with and without other keys")
    func unknownName() throws {
        let unknown = TokenRefusal.signerUnknown(kid: "b-ec")
        #expect(throws: unknown) {
            try verifier(jwks(Vectors.jwks)).verify(Vectors.es256OfB, now: now)
        }
        #expect(throws: unknown) {
            try verifier(jwks(Vectors.jwks), pem(Vectors.ecPublic), secret: secret).verify(
                Vectors.es256OfB,
                now: now
            )
        }
        #expect(throws: TokenRefusal.signerUnknown(kid: nil)) {
            try verifier(jwks(Vectors.jwks)).verify(Vectors.es256Unnamed, now: now)
        }
    }

    @Test("The key of somebody else under the right name is the wrong key")
    func wrongKey() throws {
        let set = Vectors.jwksOfB.replacing("b-ec", with: "a-ec")
        #expect(throws: TokenRefusal.signatureInvalid) {
            try verifier(jwks(set)).verify(Vectors.es256, now: now)
        }
        #expect(throws: TokenRefusal.signatureInvalid) {
            try verifier(pem(Vectors.ecPublicOfB)).verify(Vectors.es256Unnamed, now: now)
        }
    }

    @Test("Right signatures do not open a door that the claims leave shut")
    func claims() throws {
        #expect(throws: TokenRefusal.expired(secondsAgo: 0)) {
            try verifier(jwks(Vectors.jwks)).verify(Vectors.es256, now: 2_000_000_000)
        }
    }

    @Test("Tokens of PyJWT and OpenSSL are read with keys from a set", arguments: named)
    func namedKeys(token: String) throws {
        let claims = try verifier(jwks(Vectors.jwks)).verify(token, now: now)
        #expect(claims.role == "authenticated" && claims.sub == "ann")
    }

    @Test("A key from PEM serves tokens that name no key, or one that nobody knows")
    func pemKeys() throws {
        let all = [Vectors.rsaPublic, Vectors.ecPublicOfB, Vectors.ecPublic, Vectors.edPublic]
        let verifier = try verifier(pem(all.joined(separator: "\n")))
        for token in Self.named + [Vectors.rs384, Vectors.rs512, Vectors.es256Unnamed] {
            #expect(try verifier.verify(token, now: now).sub == "ann")
        }
        let older = try self.verifier(pem(Vectors.rsaPublicPKCS1))
        #expect(try older.verify(Vectors.rs512, now: now).sub == "ann")
    }
}
