import Testing

@testable import Tokens

@Suite struct SharedSecretTests {
    @Test("A secret under 32 bytes is refused when it is loaded", arguments: [0, 1, 31])
    func tooShort(byteCount: Int) {
        let secret = String(repeating: "s", count: byteCount)
        #expect(throws: SecretRefusal.tooShort(byteCount: byteCount)) {
            try TokenVerifier(secret: secret)
        }
        #expect(throws: SecretRefusal.tooShort(byteCount: byteCount)) {
            try TokenMinter(secret: secret)
        }
    }

    @Test("The refusal says how many bytes there are and how many are needed, and no secret")
    func refusalText() {
        let text = "\(SecretRefusal.tooShort(byteCount: 7))"
        #expect(text.contains("7") && text.contains("32"))
    }

    @Test("Bytes count, not characters")
    func bytes() throws {
        _ = try SharedSecret(String(repeating: "é", count: 16))
    }

    @Test(
        "A secret serves the hashes that are no longer than itself",
        arguments: [
            (32, [SignatureAlgorithm.hs256]), (47, [.hs256]), (48, [.hs256, .hs384]),
            (63, [.hs256, .hs384]), (64, [.hs256, .hs384, .hs512]),
        ]
    )
    func serves(byteCount: Int, served: [SignatureAlgorithm]) throws {
        let secret = try SharedSecret(String(repeating: "s", count: byteCount))
        #expect(SignatureAlgorithm.allCases.filter { secret.serves($0) } == served)
    }
}
