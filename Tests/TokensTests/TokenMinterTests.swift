import Testing

@testable import Tokens

@Suite struct TokenMinterTests {
    @Test(
        "A further claim cannot replace one that the minter writes",
        arguments: ["role", "sub", "iat", "exp", "nbf"]
    )
    func reserved(name: String) throws {
        let minter = try TokenMinter(secret: secret)
        #expect(throws: MintRefusal.claimReserved(name: name)) {
            try minter.mint(role: "a", expiresAt: now + 1, issuedAt: now, extra: [name: "x"])
        }
    }

    @Test("A role that no verifier takes is not minted", arguments: ["", "a\0b", "\0"])
    func roles(role: String) throws {
        let minter = try TokenMinter(secret: secret)
        #expect(throws: MintRefusal.roleInvalid) {
            try minter.mint(role: role, expiresAt: now + 1, issuedAt: now)
        }
    }

    @Test("A token longer than a verifier reads is not minted")
    func length() throws {
        let minter = try TokenMinter(secret: secret)
        #expect(throws: MintRefusal.tooLong(byteCount: 16_461)) {
            let long = String(repeating: "x", count: 12_250)
            return try minter.mint(role: "a", expiresAt: 2, issuedAt: 1, extra: ["x": long])
        }
    }

    @Test("What is no private key mints nothing", arguments: ["", "secret", Vectors.ecPublic])
    func keys(pem: String) {
        #expect(throws: MintRefusal.keyUnusable) { try TokenMinter(privateKey: pem) }
    }

    @Test(
        "A private key mints what its public key verifies, and another does not",
        arguments: [
            (Vectors.rsaPrivate, Vectors.rsaPublic), (Vectors.ecPrivate, Vectors.ecPublic),
            (Vectors.ecPrivateSEC1, Vectors.ecPublic), (Vectors.edPrivate, Vectors.edPublic),
        ]
    )
    func privateKeys(pem: String, publicPEM: String) throws {
        let text = try TokenMinter(privateKey: pem, kid: "k").mint(
            role: "anon",
            expiresAt: now + 60,
            issuedAt: now
        )
        var keys = VerificationKeys()
        keys.add(try KeySet(pem: Array(publicPEM.utf8)))
        #expect(try TokenVerifier(keys: keys).verify(text, now: now).role == "anon")
        #expect(throws: TokenRefusal.self) {
            try TokenVerifier(secret: secret).verify(text, now: now)
        }
    }

    @Test("What is minted is verified, with every claim in it")
    func verified() throws {
        let text = try TokenMinter(secret: secret).mint(
            role: "authenticated",
            sub: #"an"n\"#,
            expiresAt: now + 60,
            issuedAt: now,
            extra: ["email": "ann@example.org", "aud": "ü"]
        )
        let verifier = try TokenVerifier(secret: secret)
        let claims = try verifier.verify(text, now: now)
        #expect(claims.role == "authenticated")
        #expect(claims.sub == #"an"n\"#)
        #expect(claims.expiresAt == now + 60)
        #expect(
            claims.text
                == #"{"role":"authenticated","sub":"an\"n\\","iat":1900000000,"exp":1900000060,"#
                + #""aud":"ü","email":"ann@example.org"}"#
        )
        #expect(throws: TokenRefusal.expired(secondsAgo: 0)) {
            try verifier.verify(text, now: now + 60)
        }
    }

    @Test("A minted token is the one that another implementation makes")
    func vector() throws {
        let text = try TokenMinter(
            secret: "super-secret-jwt-token-with-at-least-32-characters-long"
        ).mint(role: "anon", expiresAt: 1_983_812_996, issuedAt: 1_641_769_200)
        #expect(
            text
                == "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoiYW5vbiIsImlhdCI6MTY0MTc2OTIwMCw"
                + "iZXhwIjoxOTgzODEyOTk2fQ.c48dyjr_8SuUkh2xF-Dxh_UmuX8KpymnJAD-yOQpm6I"
        )
    }
}
