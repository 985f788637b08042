import TestSupport
import Testing
import WebSocketClient
import Wire

@testable import Gateway

/// What is said of a token, word for word: at the handshake, at a join, and of a new one.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct TokenRefusalTextsTests {
    private struct Case {
        let token: String
        let handshake: String
        var status = 401
        let join: String
        var notice: String?
    }

    private static func claims(_ members: String) -> String {
        #"{"role":"authenticated","exp":\#(Person.unixSeconds + 600)\#(members)}"#
    }

    private static func cases() throws -> [Case] {
        func token(
            _ claims: String,
            header: String = #"{"alg":"HS256"}"#,
            secret: String = Person.secret
        ) throws -> String {
            try Issuer.token(header: header, claims: claims, secret: secret)
        }
        let good = claims(#","aud":"us""#)
        let signer = "Failed to generate JWT signer"
        let advice = ", check your JWT secret or JWKS configuration"
        return [
            Case(
                token: try token(claims(#","aud":"us","nbf":\#(Person.unixSeconds + 500)"#)),
                handshake: "Token is not valid yet",
                join: "InvalidJWTToken: Token is not valid yet"
            ),
            Case(
                token: try token(claims("")),
                handshake: "Claim `aud` is missing or not accepted",
                join: "InvalidJWTToken: Claim `aud` is missing or not accepted"
            ),
            Case(
                token: try token(#"{"exp":2000000000}"#),
                handshake: "Fields `role` and `exp` are required in JWT",
                join: "InvalidJWTToken: Fields `role` and `exp` are required in JWT"
            ),
            Case(
                token: try token(#"{"role":"authenticated","exp":"soon"}"#),
                handshake: "Error connecting to Realtime",
                status: 500,
                join: "InvalidJWTToken: Token expiration time is invalid",
                notice: "Token expiration time is invalid"
            ),
            Case(
                token: try token(good, secret: "the secret of somebody else, 32 bytes"),
                handshake: "Failed to validate JWT signature",
                join: "JwtSignatureError: Failed to validate JWT signature",
                notice: ":signature_error"
            ),
            Case(
                token: try token(good, header: #"{"alg":"none"}"#),
                handshake: signer + advice,
                join: "JwtSignerError: " + signer + advice
            ),
            Case(
                token: try token(good, header: #"{"alg":"ES256","kid":"k\"1"}"#),
                handshake: signer + #" for key ID (kid) "k"1""# + advice,
                join: "JwtSignerError: " + signer + #" for key ID (kid) "k"1""# + advice
            ),
            Case(
                token: "a.b.c",
                handshake: "The token provided is not a valid JWT",
                join: "MalformedJWT: The token provided is not a valid JWT"
            ),
        ]
    }

    @Test("A refused token is told the same reason wherever it comes")
    func texts() async throws {
        let good = try Issuer.token(
            header: #"{"alg":"HS256"}"#,
            claims: Self.claims(#","aud":"us","sub":"\#(Person.ana.rawValue)""#),
            secret: Person.secret
        )
        try await TestNode.with([.tokenAudience: "us"]) { node in
            for refused in try Self.cases() {
                do {
                    _ = try Member(url: node.url, token: refused.token)
                    Issue.record("\(refused.handshake): it was taken")
                } catch WebSocketFailure.handshake(.refused(let answer)) {
                    let text = try JSON(parsing: answer.body)["error"]?.stringValue
                    #expect(text == refused.handshake)
                    #expect(answer.status == refused.status)
                }
                let member = try Member(url: node.url, token: good)
                let reason = try member.refusal("trip:1", token: refused.token)
                #expect(reason == refused.join)
                try member.joined("trip:1")
                try member.channels.accessToken("trip:1", token: refused.token)
                let notice = try member.system()
                #expect(notice["message"] == .string(refused.notice ?? refused.handshake))
                #expect(notice["status"] == .string("error"))
                let close = try member.next()
                #expect(close.name == "phx_close")
                let isAlive = try member.isAlive()
                #expect(isAlive, "the connection stays")
                member.drop()
            }
        }
    }

    @Test("Leeway lets a token live a little longer, and no more")
    func leeway() async throws {
        try await TestNode.with([.tokenLeewaySeconds: "300"]) { node in
            let member = try Member(url: node.url, token: Person.ana.token(lastingSeconds: -200))
            try member.joined("trip:1")
            let reason = try member.refusal(
                "trip:2",
                token: Person.ana.token(lastingSeconds: -400)
            )
            #expect(reason?.hasPrefix("InvalidJWTToken: Token has expired 10") == true)
        }
    }
}
