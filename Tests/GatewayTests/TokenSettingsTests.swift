import Foundation
import Testing
import Tokens

@testable import Gateway

@Suite struct TokenSettingsTests {
    private static let publishable = "sb_publishable_0123456789abcdef_01234567"

    private func problems(
        _ settings: [ConfigurationKey: String],
        file: String? = nil
    ) async throws -> [String] {
        do {
            _ = try await TestNode.configuration("host=/nowhere", settings, file: file)
            return []
        } catch let error as ConfigurationProblems {
            return error.problems
        }
    }

    @Test(
        "Settings that cannot work are named, and say no secret",
        arguments: [
            (ConfigurationKey.tokenJWKSURL, "issuer/keys", "token.jwks_url: must begin with http"),
            (.tokenJWKSURL, "file:///keys.json", "token.jwks_url: must begin with http"),
            (.tokenOpaqueKeys, "\(publishable)=postgres", "postgres is not one of"),
            (.tokenOpaqueKeys, publishable, "entry 1 is not written as key=role"),
            (.tokenSecret, "", "token.jwks_url is set"),
        ]
    )
    func unfit(key: ConfigurationKey, value: String, text: String) async throws {
        let found = try await problems([key: value])
        #expect(found.count == 1 && found[0].contains(text), "\(found)")
        #expect(!found[0].contains(Self.publishable))
    }

    @Test("Any key will do in place of the secret")
    func otherKeys() async throws {
        for key in [ConfigurationKey.tokenPublicKeyFile, .tokenJWKSFile] {
            #expect(try await problems([.tokenSecret: "", key: "/nowhere"]).isEmpty)
        }
        let url = try await problems([.tokenSecret: "", .tokenJWKSURL: "HTTPS://issuer/keys"])
        #expect(url.isEmpty)
    }

    @Test("Files that hold no keys are named with the reason; what they hold is not told")
    func files() async throws {
        let issuer = try Issuer()
        let key = try Issuer.key("k")
        let cases: [(ConfigurationKey, String, String)] = [
            (.tokenJWKSFile, key.publicPEM, "is no JSON object with an array `keys`"),
            (.tokenPublicKeyFile, key.json, "has no block `PUBLIC KEY`"),
            (.tokenPublicKeyFile, key.pem, "holds a private key; give the public one"),
            (.tokenJWKSFile, String(repeating: " ", count: 300_000), "has more than 262144 bytes"),
        ]
        for (setting, text, reason) in cases {
            try issuer.publish(text)
            let configuration = try await TestNode.configuration(
                "host=/nowhere",
                [setting: issuer.path]
            )
            let found = #expect(throws: ConfigurationProblems.self) {
                try configuration.checkFiles()
            }
            #expect(found?.problems.count == 1)
            #expect(found?.description.contains("\(setting.rawValue): \(reason)") == true)
        }
        // Read as a whole, this file would need a terabyte of memory.
        let large = try FileHandle(forWritingTo: URL(filePath: issuer.path))
        try large.truncate(atOffset: 1 << 40)
        let tooLong = try await TestNode.configuration("host=x", [.tokenJWKSFile: issuer.path])
        let refusal = #expect(throws: ConfigurationProblems.self) { try tooLong.checkFiles() }
        #expect(refusal?.problems == ["token.jwks_file: has more than 262144 bytes"])
        let untrusted = try await TestNode.configuration(
            "host=x",
            [.tokenJWKSURL: "https://issuer/", .tokenJWKSAuthorities: "/nowhere"]
        )
        let unread = #expect(throws: ConfigurationProblems.self) { try untrusted.checkFiles() }
        #expect(unread?.problems == ["token.jwks_ca_file: cannot read the file /nowhere"])
        let missing = try await TestNode.configuration("host=x", [.tokenJWKSFile: "/nowhere"])
        let found = #expect(throws: ConfigurationProblems.self) { try missing.checkFiles() }
        #expect(found?.problems == ["token.jwks_file: cannot read the file /nowhere"])
    }

    @Test("The summary counts and names keys, and holds nothing of them")
    func summary() async throws {
        let issuer = try Issuer()
        let (first, second) = (try Issuer.key("first"), try Issuer.key("second"))
        try issuer.publish(#"{"keys":[\#(first.json),\#(second.json),{"kty":"x"}]}"#)
        let configuration = try await TestNode.configuration(
            "host=/nowhere",
            [
                .tokenJWKSFile: issuer.path, .tokenJWKSURL: "https://issuer/keys",
                .tokenOpaqueKeys: "\(Self.publishable)=anon",
            ]
        )
        try configuration.checkFiles()
        #expect(
            configuration.keySummary == [
                "token.secret: 1 key",
                "token.jwks_file: 2 of first ES256, second ES256; 1 cannot be used",
                "token.jwks_url: not looked at before it runs",
                "token.opaque_keys: 1 of anon",
            ]
        )
        #expect(!configuration.values.printed.contains(Self.publishable))
    }

    @Test("Rules come from the settings")
    func rules() async throws {
        let configuration = try await TestNode.configuration(
            "host=/nowhere",
            [.tokenAudience: "us", .tokenIssuer: "me", .tokenLeewaySeconds: "7"],
            file: "token:\n  required_claims: [plan]\n"
        )
        let rules = configuration.tokens.rules
        #expect(rules.audience == "us" && rules.issuer == "me" && rules.leewaySeconds == 7)
        #expect(rules.requiredClaims == ["plan"])
    }
}
