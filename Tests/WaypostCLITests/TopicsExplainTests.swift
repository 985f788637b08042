import Foundation
import TestSupport
import Testing
import Tokens
import Wire

/// `waypost topics explain`, by the real binary.
@Suite(.timeLimit(.minutes(2))) struct TopicsExplainTests {
    private static let ana = "a0000000-0000-4000-8000-000000000001"
    private static let cleo = "c0000000-0000-4000-8000-000000000003"
    private static let secret = "a secret of the tests, of 32 bytes and more"

    private static func explain(
        _ database: TestDatabase,
        _ arguments: String...
    ) async throws -> (code: Int32, standard: String, error: String) {
        try await Command.run(
            ["topics", "explain", "--database-dsn", database.waypostDSN] + arguments,
            environment: ["WAYPOST_TOKEN_SECRET": secret],
            folder: "/"
        )
    }

    @Test("What is no question is wrong usage, and nothing is asked")
    func usage() async throws {
        let someone = ["--as", Self.ana]
        for arguments in [
            [], ["trip:1"], someone, ["trip:1", "--token", "x"] + someone, [""] + someone,
            ["trip:1", "--token", "x", "--role", "anon"],
            [String(repeating: "x", count: 1_025)] + someone,
        ] {
            let answer = try await Command.run(["topics", "explain"] + arguments)
            #expect(answer.code == 64 && answer.standard.isEmpty, "\(arguments)")
        }
        let nowhere = try await Command.run(["topics", "explain", "trip:1"] + someone, folder: "/")
        #expect(nowhere.code == 2 && nowhere.error.contains("database.dsn: is required"))
        let away = try await Command.run(
            ["topics", "explain", "trip:1", "--database-dsn", "host=/nowhere"] + someone,
            folder: "/"
        )
        #expect(away.code == 1 && away.error.contains("the database did not answer"))
    }

    @Test("Who is no member is denied with exit code 1, the part that was false and its values")
    func denied() async throws {
        try await TestDatabase.with(.demonstration) { database in
            let answer = try await Self.explain(
                database,
                "trip:1",
                "--as",
                Self.cleo,
                "--folder",
                Checkout.topics
            )
            #expect(answer.code == 1 && answer.error.isEmpty)
            let lines = answer.standard.split(separator: "\n").map(String.init)
            #expect(lines.first == "denied: trip:1 for the role authenticated")
            #expect(lines.allSatisfy { $0.count <= 80 })
            let text = lines.joined(separator: "\n")
            #expect(text.contains("false  public.user_has_trip_access("))
            #expect(text.contains("public.rt_user_id() is '\(Self.cleo)'"))
            #expect(text.contains("trip.yaml:") && text.contains("trip_id is '1'"))
        }
    }

    @Test("A member is allowed with exit code 0, and a broadcast is taken from who may send")
    func allowed() async throws {
        try await TestDatabase.with(.demonstration) { database in
            let answer = try await Self.explain(
                database,
                "trip:1",
                "--as",
                Self.ana,
                "--event",
                "cursor"
            )
            #expect(answer.code == 0)
            #expect(answer.standard.hasPrefix("allowed: trip:1 for the role authenticated\n"))
            #expect(answer.standard.hasSuffix("yes: this broadcast is taken\n"))
            // Cleo looks at trip 2 and may not send there.
            let reader = try await Self.explain(
                database,
                "trip:2",
                "--as",
                Self.cleo,
                "--event",
                "cursor"
            )
            #expect(reader.code == 0)
            #expect(reader.standard.contains("no : this broadcast is refused, as no rule"))
        }
    }

    @Test("With the topic files a broadcast that no file lists is refused, and limits are told")
    func broadcasts() async throws {
        try await TestDatabase.with(.demonstration) { database in
            for (name, line) in [
                ("cursor", "yes: this broadcast is taken"),
                ("other", "no : this broadcast is refused, as the topic file does not list it"),
            ] {
                let answer = try await Self.explain(
                    database,
                    "trip:1",
                    "--as",
                    Self.ana,
                    "--event",
                    name,
                    "--folder",
                    Checkout.topics
                )
                #expect(answer.code == 0)
                #expect(answer.standard.contains("\n\(line)\n"))
                #expect(answer.standard.contains("  at most 16384 bytes of payload\n"))
                #expect(
                    answer.standard.contains("topic file \(Checkout.topics)/trip.yaml".suffix(9))
                )
            }
        }
    }

    @Test("A token is verified first; one that is not valid is the answer")
    func token() async throws {
        try await TestDatabase.with(.demonstration) { database in
            let now = Int64(Date.now.timeIntervalSince1970)
            let mint = { (secret: String, lasting: Int64) in
                try TokenMinter(secret: secret).mint(
                    role: "authenticated",
                    sub: Self.ana,
                    expiresAt: now + lasting,
                    issuedAt: now - 7_200
                )
            }
            let good = try await Self.explain(
                database,
                "trip:1",
                "--token",
                try mint(Self.secret, 600)
            )
            #expect(good.code == 0 && good.standard.hasPrefix("allowed: "))
            for (token, reason) in [
                ("nonsense", "not a JSON Web Token"), (try mint(Self.secret, -60), "expired"),
                (
                    try mint("another secret, of 32 bytes and more", 600),
                    "the signature does not match"
                ),
            ] {
                let answer = try await Self.explain(database, "trip:1", "--token", token)
                #expect(answer.code == 1 && answer.standard.isEmpty)
                #expect(answer.error.contains("the token is not valid: \(reason)"))
            }
        }
    }

    @Test("For programs it is one line of JSON with the same answer")
    func json() async throws {
        try await TestDatabase.with(.demonstration) { database in
            let answer = try await Self.explain(
                database,
                "trip:1",
                "--as",
                Self.cleo,
                "--folder",
                Checkout.topics,
                "--json",
                "--event",
                "x"
            )
            #expect(answer.code == 1)
            #expect(answer.standard.split(separator: "\n").count == 1)
            let json = try JSON(parsing: Array(answer.standard.utf8.dropLast()))
            #expect(json["allowed"] == .bool(false))
            #expect(json["claims"]?["sub"]?.stringValue == Self.cleo)
            #expect(json["rights"]?.arrayValue?.count == 4)
            #expect(json["broadcast"]?["reason"]?.stringValue == "not_allowed")
            let policies = json["rights"]?.arrayValue?.first?["policies"]?.arrayValue
            let trip = policies?.first { $0["name"]?.stringValue == "waypost_trip_read" }
            let rule = trip?["rule"]?["condition"]
            #expect(rule?["outcome"]?.stringValue == "false")
            #expect(rule?["values"]?.arrayValue?.last?["value"]?.stringValue == "1")
        }
    }

    @Test("Hostile topics, people and names are answered, never obeyed")
    func hostile() async throws {
        try await TestDatabase.with(.demonstration) { database in
            for text in [
                "'; SELECT 1/0; --", "$waypost$", "\"\\", "\u{202E}\u{1B}[2J", "{\"a\":1}",
            ] {
                let answer = try await Self.explain(
                    database,
                    "trip:1\(text)",
                    "--as",
                    text,
                    "--event",
                    text
                )
                #expect(answer.code == 1 && answer.standard.hasPrefix("denied: trip:1"))
                #expect(
                    !answer.standard.contains("\u{1B}") && !answer.standard.contains("\u{202E}")
                )
                #expect(!answer.standard.contains("raised"))
            }
        }
    }
}
