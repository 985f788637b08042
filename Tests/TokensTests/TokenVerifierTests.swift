import Testing

@testable import Tokens

@Suite struct TokenVerifierTests {
    private static let good = #"{"role":"authenticated","exp":2000000000,"sub":"ann"}"#

    @Test("Every change of one byte of a token is refused")
    func flippedBytes() throws {
        let verifier = try TokenVerifier(secret: secret)
        let bytes = Array(try token(claims: Self.good).utf8)
        let claims = try verifier.verify(String(decoding: bytes, as: UTF8.self), now: now)
        #expect(claims.sub == "ann")
        for position in bytes.indices {
            for replacement in UInt8(1)...127 where replacement != bytes[position] {
                var changed = bytes
                changed[position] = replacement
                let text = String(decoding: changed, as: UTF8.self)
                #expect(throws: TokenRefusal.self, "byte \(position) as \(replacement)") {
                    try verifier.verify(text, now: now)
                }
            }
        }
    }

    @Test("A token cut anywhere, or with something behind it, is refused")
    func cut() throws {
        let verifier = try TokenVerifier(secret: secret)
        let text = try token(claims: Self.good)
        for count in 0..<text.count {
            #expect(throws: TokenRefusal.self) {
                try verifier.verify(String(text.prefix(count)), now: now)
            }
        }
        for tail in ["A", "=", ".", "AA", "AAAA", ".e30", "\0"] {
            #expect(throws: TokenRefusal.self) { try verifier.verify(text + tail, now: now) }
        }
    }

    @Test("A signature of another secret, of another text, or of nothing is invalid")
    func signatures() throws {
        let verifier = try TokenVerifier(secret: secret)
        let text = try token(claims: Self.good)
        let unsigned = text.prefix(through: text.lastIndex(of: ".") ?? text.startIndex)
        let other = try token(claims: Self.good, secret: secret.uppercased())
        let foreign = try token(claims: #"{"role":"anon","exp":2000000000}"#)
        let moved = unsigned + foreign.split(separator: ".")[2]
        for forged in [String(unsigned), other, String(moved)] {
            #expect(throws: TokenRefusal.signatureInvalid) {
                try verifier.verify(forged, now: now)
            }
        }
    }

    @Test("Nothing is said about claims that nobody signed")
    func signatureFirst() throws {
        let verifier = try TokenVerifier(secret: secret)
        for claims in ["", "{}", #"{"role":"anon","exp":1}"#] {
            let forged = try token(claims: claims, secret: secret.uppercased())
            #expect(throws: TokenRefusal.signatureInvalid) {
                try verifier.verify(forged, now: now)
            }
        }
    }

    @Test(
        "A token that asks not to be checked, or to be checked otherwise, has no signer",
        arguments: ["none", "None", "RS256", "ES256", "EdDSA", "HS257"]
    )
    func confusion(algorithm: String) throws {
        let verifier = try TokenVerifier(secret: secret)
        let signed = try token(header: #"{"alg":"\#(algorithm)"}"#, claims: Self.good)
        let unsigned = String(
            signed.prefix(through: signed.lastIndex(of: ".") ?? signed.startIndex)
        )
        for text in [signed, unsigned] {
            #expect(throws: TokenRefusal.signerUnknown(kid: nil)) {
                try verifier.verify(text, now: now)
            }
        }
    }

    @Test("A signature of one hash is not one of another")
    func otherHash() throws {
        let verifier = try TokenVerifier(secret: secret)
        let text = try token(header: #"{"alg":"HS512"}"#, claims: Self.good)
        #expect(throws: TokenRefusal.signatureInvalid) { try verifier.verify(text, now: now) }
    }

    @Test("A header with numbers that fit no integer is just a header")
    func hugeNumbers() throws {
        let verifier = try TokenVerifier(secret: secret)
        let text = try token(header: #"{"alg":"HS256","x":1e300}"#, claims: Self.good)
        #expect(try verifier.verify(text, now: now).role == "authenticated")
    }

    @Test("Claims that are no UTF-8, or UTF-16, are malformed even if signed")
    func otherEncodings() throws {
        let verifier = try TokenVerifier(secret: secret)
        let header = Array(#"{"alg":"HS256"}"#.utf8)
        let latin =
            Array(#"{"role":"anon","exp":2000000000,"n":""#.utf8) + [0xFC] + Array("\"}".utf8)
        let wide = Self.good.utf8.flatMap { byte -> [UInt8] in [byte, 0] }
        for claims in [latin, wide, [0xEF, 0xBB, 0xBF] + Array(Self.good.utf8)] {
            let text = try token(header: header, claims: claims)
            #expect(throws: TokenRefusal.malformed) { try verifier.verify(text, now: now) }
        }
    }

    @Test("Random texts are refused and crash nothing", arguments: 0..<20)
    func randomTexts(seed: UInt64) throws {
        var generator = Seeded(seed: seed)
        let verifier = try TokenVerifier(secret: secret)
        let letters = Array("eyJ.%20 {}\"alg:HS256-_=+/\0é".utf8)
        for _ in 0..<500 {
            let count = Int.random(in: 0...120, using: &generator)
            let bytes = (0..<count).map { _ in letters.randomElement(using: &generator) ?? 0 }
            #expect(throws: TokenRefusal.self, "seed \(seed)") {
                try verifier.verify(String(decoding: bytes, as: UTF8.self), now: now)
            }
        }
    }

    @Test("The token of RFC 7515, appendix A.1, has the right signature and no role")
    func rfc7515() throws {
        let key = try #require(
            Base64URL.decode(
                ("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0i"
                    + "PS4hcgUuTwjAzZr1Z9CAow").utf8
            )
        )
        var keys = VerificationKeys()
        keys.add(VerificationKey(.sharedSecret(try SharedSecret(bytes: key))))
        let verifier = TokenVerifier(keys: keys)
        let text =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQog"
            + "Imh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        #expect(throws: TokenRefusal.fieldsMissing) { try verifier.verify(text, now: 0) }
        let changed = text.replacing("dBjft", with: "dBjfu")
        #expect(throws: TokenRefusal.signatureInvalid) { try verifier.verify(changed, now: 0) }
    }

    @Test("The public demonstration key of Supabase's self-hosting guide is read")
    func demonstrationKey() throws {
        let verifier = try TokenVerifier(
            secret: "super-secret-jwt-token-with-at-least-32-characters-long"
        )
        let claims = try verifier.verify(
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdXBhYmFzZS1kZW1vIiwicm9sZSI6ImFub24iLCJl"
                + "eHAiOjE5ODM4MTI5OTZ9.CRXP1A7WOeoJeXxjNni43kdQwgnWNReilDMblYTn_I0",
            now: now
        )
        #expect(
            claims
                == Claims(
                    role: "anon",
                    expiresAt: 1_983_812_996,
                    sub: nil,
                    text: #"{"iss":"supabase-demo","role":"anon","exp":1983812996}"#
                )
        )
    }

    @Test("Tokens of HS384 and HS512 from another implementation are read")
    func longerHashes() throws {
        let verifier = try TokenVerifier(secret: secret)
        let hs384 =
            "eyJhbGciOiJIUzM4NCIsImtpZCI6Im5leHQifQ.eyJyb2xlIjoiYXV0aGVudGljYXRlZCIsImV4cCI6MjAwMDAwMD"
            + "AwMC40LCJzdWIiOiJhbm4iLCJuIjoxLjEwfQ.-9oSIiPVZ7Ue279RmPsU2Dwea_qxgwkdwOczyA_c2kdwBzIW5_7Xh"
            + "sS8FUE-HTSr"
        #expect(
            try verifier.verify(hs384, now: now)
                == Claims(
                    role: "authenticated",
                    expiresAt: 2_000_000_000,
                    sub: "ann",
                    text: #"{"role":"authenticated","exp":2000000000.4,"sub":"ann","n":1.10}"#
                )
        )
        let hs512 =
            "eyJhbGciOiJIUzUxMiJ9.eyAicm9sZSIgOiAiYXV0aGVudGljYXRlZCIsICJleHAiIDogMTk5OTk5OTk5OS41LCAi"
            + "dXNlcl9tZXRhZGF0YSI6eyJuYW1lIjoiSlx1MDBmNnJnIn0gfQ.mcXCoVYtgUPUiBqP2sx_cnWjJTmYydsncq6vsid"
            + "WM9LXvInpcowXCKrVx4U8ZhdNjxfzg5m3Xx45RJtnS1CFlQ"
        let claims = try verifier.verify(" \(hs512)\n", now: now)
        #expect(claims.expiresAt == 2_000_000_000)
        #expect(
            claims.text
                == #"{ "role" : "authenticated", "exp" : 1999999999.5, "#
                + #""user_metadata":{"name":"J\u00f6rg"} }"#
        )
    }

    @Test("No refusal repeats what the token carried")
    func descriptions() {
        #expect(!"\(TokenRefusal.signerUnknown(kid: "planted"))".contains("planted"))
    }
}

/// Numbers that a seed repeats.
private struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
