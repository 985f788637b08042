import Testing

@testable import Tokens

@Suite struct KeySetTests {
    private func set(_ text: String, allowsSecrets: Bool = true) throws -> KeySet {
        try KeySet(jwks: Array(text.utf8), allowsSecrets: allowsSecrets)
    }

    /// How many keys of a set with one entry can be used: 0 or 1.
    private func count(_ entry: String, allowsSecrets: Bool = true) throws -> Int {
        let set = try set(#"{"keys":[\#(entry)]}"#, allowsSecrets: allowsSecrets)
        #expect(set.count + set.skippedCount == 1)
        return set.count
    }

    @Test(
        "What is no object with an array of keys is no set",
        arguments: [
            "", "null", "[]", "{}", #"{"keys":{}}"#, #"{"keys":null}"#, #"{"keys":[]"#, "<html>",
            #"{"keys":[],"keys":[]}"#, #"{"Keys":[]}"#, "{\"keys\":[\u{FEFF}]}",
            #"{"keys":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]}"#,
        ]
    )
    func noSet(text: String) {
        #expect(throws: KeySetRefusal.noKeySet) { try set(text) }
    }

    @Test("A set may have 256 KiB and 100 keys, and no more")
    func limits() throws {
        let padding = String(repeating: " ", count: KeySet.byteCountMax - 11)
        #expect(try set(#"{"keys":[]}"# + padding).count == 0)
        #expect(throws: KeySetRefusal.tooLong) { try set(#"{"keys":[]}"# + padding + " ") }
        let many = Array(repeating: "0", count: 100).joined(separator: ",")
        #expect(try set(#"{"keys":[\#(many)]}"#).skippedCount == 100)
        #expect(throws: KeySetRefusal.tooManyKeys(countMax: 100)) {
            try set(#"{"keys":[\#(many),0]}"#)
        }
    }

    @Test(
        "An entry that is not whole, or of another kind or use, is skipped",
        arguments: [
            ("\"kty\":\"EC\"", "\"kty\":\"RSA\""), ("\"kty\":\"EC\",", ""),
            ("P-256", "P-384"), ("P-256", "secp256k1"), ("\"use\":\"sig\"", "\"use\":\"enc\""),
            ("\"use\":\"sig\"", "\"use\":null"), ("[\"verify\"]", "[\"sign\"]"),
            ("[\"verify\"]", "\"verify\""), ("\"alg\":\"ES256\"", "\"alg\":\"HS256\""),
            ("\"alg\":\"ES256\"", "\"alg\":\"RS256\""), ("\"alg\":\"ES256\"", "\"alg\":\"none\""),
            ("\"alg\":\"ES256\"", "\"alg\":256"), ("\"kid\":\"a-ec\"", "\"kid\":7"),
            ("\"kid\":\"a-ec\"", "\"kid\":\"a-ec\",\"kid\":\"a-ec\""),
            ("\"x\":\"", "\"x\":\"AA"), ("\"x\":\"", "\"x\":7,\"z\":\""),
            ("\"y\":\"", "\"x\":\""), ("\"y\":\"", "\"y\":\"="),
        ]
    )
    func skipped(part: String, replacement: String) throws {
        let entry = Vectors.ecJWK.replacing(part, with: replacement)
        try #require(entry != Vectors.ecJWK)
        #expect(try count(Vectors.ecJWK) == 1)
        #expect(try count(entry) == 0)
    }

    @Test("A point off the curve, and numbers that are no RSA key, are skipped")
    func brokenNumbers() throws {
        let zero = String(repeating: "A", count: 43)
        #expect(try count(#"{"kty":"EC","crv":"P-256","x":"\#(zero)","y":"\#(zero)"}"#) == 0)
        for exponent in ["", "AA", "AQ", "Ag", "_____________w"] {
            let entry = Vectors.rsaJWK.replacing("\"AQAB\"", with: "\"\(exponent)\"")
            #expect(try count(entry) == 0, "\(exponent)")
        }
        for byteCount in [1, 128, 1_025, 2_000, 100_000] {
            let modulus = Base64URL.encode(Array(repeating: UInt8(0xFF), count: byteCount))
            let text = String(decoding: modulus, as: UTF8.self)
            #expect(try count(#"{"kty":"RSA","e":"AQAB","n":"\#(text)"}"#) == 0, "\(byteCount)")
        }
        #expect(try count(#"{"kty":"OKP","crv":"Ed448","x":"\#(zero)"}"#) == 0)
        #expect(try count(#"{"kty":"OKP","crv":"X25519","x":"\#(zero)"}"#) == 0)
    }

    @Test("A secret counts where it is allowed, with 32 bytes or more")
    func secrets() throws {
        let text = String(decoding: Base64URL.encode(secret.utf8), as: UTF8.self)
        #expect(try count(#"{"kty":"oct","k":"\#(text)"}"#) == 1)
        #expect(try count(#"{"kty":"oct","k":"\#(text)"}"#, allowsSecrets: false) == 0)
        #expect(try count(#"{"kty":"oct","k":"\#(text)","alg":"ES256"}"#) == 0)
        #expect(try count(#"{"kty":"oct","k":"c2hvcnQ"}"#) == 0)
    }

    @Test("One entry that cannot be used spoils no other, and only names are told")
    func summaries() throws {
        let entries = [Vectors.rsaJWK, "{}", Vectors.edJWK, "null", #"{"kty":"oct","k":"AAAA"}"#]
        let set = try set(#"{"keys":[\#(entries.joined(separator: ","))],"more":1}"#)
        #expect(set.count == 2 && set.skippedCount == 3)
        #expect(set.summaries == ["a-rs RS256", "a-ed EdDSA"])
        let odd = Vectors.edJWK.replacing("a-ed", with: "\\u001b[2J")
        #expect(try self.set(#"{"keys":[\#(odd)]}"#).summaries == ["(4 bytes) EdDSA"])
    }

    @Test(
        "What is no public key in PEM is refused with the reason",
        arguments: [
            ("", KeySetRefusal.noPublicKey), ("-----BEGIN PUBLIC KEY-----", .noPublicKey),
            ("-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----", .noPublicKey),
            ("-----BEGIN PUBLIC KEY-----\n-----END RSA PUBLIC KEY-----", .noPublicKey),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", .noPublicKey),
            ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", .keyUnusable),
            (Vectors.ecPrivate, .privateKey), (Vectors.ecPrivateSEC1, .privateKey),
            (Vectors.ecPublic + "\n" + Vectors.rsaPrivate, .privateKey),
            (Vectors.p384Public, .keyUnusable), (Vectors.ed448Public, .keyUnusable),
            (Vectors.rsa1024Public, .keyUnusable),
        ]
    )
    func pemRefused(text: String, refusal: KeySetRefusal) {
        #expect(throws: refusal) { try KeySet(pem: Array(text.utf8)) }
        #expect(!refusal.description.contains("AAAA"))
    }

    @Test("A PEM file may have eight keys and text around them")
    func pem() throws {
        let keys = Array(repeating: Vectors.ecPublic, count: 8)
        let text =
            "# of the issuer\r\n" + keys.joined(separator: "\n\n").replacing("\n", with: "\r\n")
        #expect(try KeySet(pem: Array(text.utf8)).count == 8)
        #expect(throws: KeySetRefusal.tooManyKeys(countMax: 8)) {
            try KeySet(pem: Array((text + "\n" + Vectors.ecPublic).utf8))
        }
        #expect(throws: KeySetRefusal.tooLong) {
            try KeySet(pem: Array(repeating: 0x20, count: KeySet.byteCountMax + 1))
        }
    }
}
