import Testing

@testable import Tokens

@Suite struct ClaimsParsingTests {
    @Test(
        "Claims that open nothing say why",
        arguments: [
            ("", TokenRefusal.malformed), ("[]", .malformed), (#""role""#, .malformed),
            (#"{"role":"anon","exp":2000000000"#, .malformed),
            (#"{"role":"anon","role":"service_role","exp":2000000000}"#, .malformed),
            (#"{"role":"anon","exp":1,"exp":2000000000}"#, .malformed),
            (#"{"role":"anon","r\u006fle":"service_role","exp":2000000000}"#, .malformed),
            (#"{"role":"anon","exp":2000000000,"iat":"now"}"#, .malformed),
            (#"{"role":"anon","exp":2000000000,"nbf":[]}"#, .malformed),
            (#"{"role":"service_role\u0000x","exp":2000000000}"#, .malformed),
            (#"{"role":"anon","exp":2000000000,"sub":"a\u0000"}"#, .malformed),
            ("{}", .fieldsMissing), (#"{"role":"anon"}"#, .fieldsMissing),
            (#"{"exp":2000000000}"#, .fieldsMissing), (#"{"exp":1}"#, .fieldsMissing),
            (#"{"role":"","exp":2000000000}"#, .fieldsMissing),
            (#"{"role":null,"exp":2000000000}"#, .fieldsMissing),
            (#"{"role":["anon"],"exp":2000000000}"#, .fieldsMissing),
            (#"{"Role":"anon","exp":2000000000}"#, .fieldsMissing),
            (#"{"role":"anon","exp":"2000000000"}"#, .expirationInvalid),
            (#"{"role":"anon","exp":null}"#, .expirationInvalid),
            (#"{"role":"anon","exp":true}"#, .expirationInvalid),
            (#"{"role":"anon","exp":{}}"#, .expirationInvalid),
            (#"{"role":"anon","exp":1900000000}"#, .expired(secondsAgo: 0)),
            (#"{"role":"anon","exp":1900000000.4}"#, .expired(secondsAgo: 0)),
            (#"{"role":"anon","exp":1899999999}"#, .expired(secondsAgo: 1)),
            (#"{"role":"anon","exp":0}"#, .expired(secondsAgo: 1_900_000_000)),
            (#"{"role":"anon","exp":-1e999}"#, .expired(secondsAgo: 255_302_300_799)),
            (#"{"role":"anon","exp":1,"nbf":3e9}"#, .expired(secondsAgo: 1_899_999_999)),
            (#"{"role":"anon","exp":2e9,"nbf":1900000006}"#, .notYetValid(secondsToGo: 6)),
            (#"{"role":"anon","exp":2e9,"nbf":1e999}"#, .notYetValid(secondsToGo: 251_502_300_799)),
        ]
    )
    func refused(json: String, refusal: TokenRefusal) {
        #expect(throws: refusal) { try Claims(Array(json.utf8), now: now) }
    }

    @Test(
        "An expiration is a number of any form, rounded to seconds and bounded",
        arguments: [
            ("2000000000", 2_000_000_000), ("1900000000.5", 1_900_000_001), ("2e9", 2_000_000_000),
            ("1e300", 253_402_300_799), ("1e999", 253_402_300_799),
            ("9223372036854775807", 253_402_300_799), ("1900000001.4999", 1_900_000_001),
        ] as [(String, Int64)]
    )
    func expirations(digits: String, seconds: Int64) throws {
        let json = #"{"role":"anon","exp":\#(digits)}"#
        #expect(try Claims(Array(json.utf8), now: now).expiresAt == seconds)
    }

    @Test("An issuer's clock may be five seconds ahead")
    func clockSkew() throws {
        let json = #"{"role":"anon","exp":2e9,"nbf":1900000005,"iat":1900000005}"#
        #expect(try Claims(Array(json.utf8), now: now).role == "anon")
    }

    @Test(
        "What the rules ask for is missing or wrong, and the claim is named",
        arguments: [
            ("", "iss"), (#","iss":"x""#, "iss"), (#","iss":["me"]"#, "iss"),
            (#","iss":"me""#, "aud"), (#","iss":"me","aud":"other""#, "aud"),
            (#","iss":"me","aud":[]"#, "aud"), (#","iss":"me","aud":[["us"]]"#, "aud"),
            (#","iss":"me","aud":{"us":1}"#, "aud"), (#","iss":"me","aud":"us""#, "plan"),
            (#","iss":"me","aud":["a","us"],"plan":null"#, "plan"),
        ]
    )
    func ruledOut(members: String, name: String) {
        let json = #"{"role":"anon","exp":2000000000\#(members)}"#
        #expect(throws: TokenRefusal.claimRefused(name: name)) {
            try Claims(Array(json.utf8), now: now, rules: strict)
        }
        #expect(throws: Never.self) { try Claims(Array(json.utf8), now: now) }
    }

    private var strict: TokenRules {
        var rules = TokenRules()
        rules.issuer = "me"
        rules.audience = "us"
        rules.requiredClaims = ["plan"]
        return rules
    }

    @Test("What the rules ask for must not come twice", arguments: ["iss", "aud", "plan"])
    func ruledTwice(name: String) {
        let twice = #""\#(name)":"x","\#(name)":"me""#
        let json = #"{"role":"anon","exp":2000000000,\#(twice)}"#
        #expect(throws: TokenRefusal.malformed) {
            try Claims(Array(json.utf8), now: now, rules: strict)
        }
    }

    @Test("Claims are as the rules ask")
    func ruledIn() throws {
        for audience in [#""us""#, #"["a","us"]"#] {
            let json = #"{"role":"anon","exp":2e9,"iss":"me","aud":\#(audience),"plan":0}"#
            #expect(try Claims(Array(json.utf8), now: now, rules: strict).role == "anon")
        }
    }

    @Test("Leeway is added to the end and to the beginning, and not one second more")
    func leeway() throws {
        var rules = TokenRules()
        rules.leewaySeconds = 30
        let ended = Array(#"{"role":"anon","exp":1900000000}"#.utf8)
        #expect(try Claims(ended, now: now + 29, rules: rules).expiresAt == now + 30)
        #expect(throws: TokenRefusal.expired(secondsAgo: 0)) {
            try Claims(ended, now: now + 30, rules: rules)
        }
        let ahead = Array(#"{"role":"anon","exp":2e9,"nbf":1900000035}"#.utf8)
        #expect(try Claims(ahead, now: now, rules: rules).role == "anon")
        #expect(throws: TokenRefusal.notYetValid(secondsToGo: 36)) {
            try Claims(ahead, now: now - 1, rules: rules)
        }
    }

    @Test("A subject that is no string names nobody")
    func subNotString() throws {
        #expect(try Claims(Array(#"{"role":"a","exp":2e9,"sub":7}"#.utf8), now: now).sub == nil)
    }

    @Test("The text is the claims' bytes, white space, digits and order included")
    func text() throws {
        let json =
            "\n{ \"exp\" : 2000000000.10,\"z\":1.0e-2,\r\n\"role\":\"\\u0061non\",\"ü\":[ ]} "
        let claims = try Claims(Array(json.utf8), now: now)
        #expect(Array(claims.text.utf8) == Array(json.utf8))
        #expect(claims.role == "anon")
    }

    @Test("Deep nesting is malformed, not a stack overflow", arguments: ["[", #"{"a":"#])
    func deep(opening: String) {
        let nested = String(repeating: opening, count: 3_000)
        let json = #"{"role":"anon","exp":2e9,"x":\#(nested)"#
        #expect(throws: TokenRefusal.malformed) { try Claims(Array(json.utf8), now: now) }
    }
}
