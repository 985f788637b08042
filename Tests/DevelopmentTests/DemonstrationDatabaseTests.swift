import FoundationEssentials
import Gateway
import Postgres
import TestSupport
import Testing
import Tokens

@testable import Development

@Suite(.timeLimit(.minutes(2))) struct DemonstrationDatabaseTests {
    private static let topics =
        #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/topics"

    @Test("Loaded again it keeps what was changed, and its triggers note each change once")
    func repeated() async throws {
        try await TestDatabase.with { database in
            let demonstration = try DemonstrationDatabase(folder: Self.topics) { _ in
                database.superuserDSN
            }
            try demonstration.prepare()
            let connection = try database.connect()
            try connection.execute("UPDATE trips SET name = 'Kept' WHERE id = 1")
            try connection.execute("DELETE FROM trips WHERE id = 3")
            try demonstration.prepare()
            let names = try connection.query("SELECT name FROM trips ORDER BY id")
            #expect((0..<names.count).map { names[$0, 0] } == ["Kept", "Over the Alps"])
            try connection.execute("TRUNCATE realtime.changes")
            try connection.execute("UPDATE trips SET name = 'Once' WHERE id = 1")
            let noted = try connection.query("SELECT topics::text, operation FROM realtime.changes")
            #expect(noted.count == 1)
            #expect(noted[0, 0] == "{trip:1}" && noted[0, 1] == "UPDATE")
        }
    }

    @Test("Made by several at the same moment it is there for all of them")
    func atOnce() async throws {
        try await TestDatabase.with { database in
            let dsn = database.superuserDSN
            try database.connect().execute("DROP DATABASE IF EXISTS waypost WITH (FORCE)")
            let descriptions = await withTaskGroup(of: String.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        // The next step cannot succeed.
                        let failure = #expect(throws: DevelopmentFailure.self) {
                            try DemonstrationDatabase(folder: Self.topics) { name in
                                name == "postgres" ? dsn : "host=/nowhere"
                            }.prepare()
                        }
                        return failure?.description ?? ""
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(descriptions.allSatisfy { $0.hasPrefix("could not connect ") })
        }
    }

    @Test("A folder without SQL is named, and so is a database that does not answer")
    func failures() throws {
        let folder = "/nowhere/topics"
        let missing = #expect(throws: DevelopmentFailure.self) {
            try DemonstrationDatabase(folder: folder) { $0 }
        }
        #expect(missing?.description.contains(folder) == true)
        #expect(missing?.description.contains("--topics") == true)
        let nobody = #expect(throws: DevelopmentFailure.self) {
            try DemonstrationDatabase(folder: Self.topics) { _ in "host=/nowhere" }.prepare()
        }
        #expect(nobody?.description.hasPrefix("could not make the database") == true)
    }

    @Test("A script that fails is told with PostgreSQL's own words")
    func brokenScript() async throws {
        try await TestDatabase.with { database in
            let folder = "/tmp/waypost-topics-\(UInt64.random(in: .min ... .max))"
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: false
            )
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let script = Data("CREATE TABLE broken (x no_such_type)".utf8)
            _ = FileManager.default.createFile(atPath: "\(folder)/1.sql", contents: script)
            let failure = #expect(throws: DevelopmentFailure.self) {
                try DemonstrationDatabase(folder: folder) { _ in database.superuserDSN }.prepare()
            }
            #expect(failure?.description.contains("load the demonstration domain") == true)
            #expect(failure?.description.contains("no_such_type") == true)
        }
    }

    @Test("Everybody gets a token that names them, for thirty days; trips come by their key")
    func people() async throws {
        try await TestDatabase.with { database in
            try DemonstrationDatabase(folder: Self.topics) { _ in database.superuserDSN }.prepare()
            let secret = GatewayConfiguration.developmentSecret
            let now: Int64 = 1_800_000_000
            let content = try DemonstrationPeople(database.connect(), secret: secret, now: now)
            #expect(content.people.map(\.name) == ["Ana", "Ben", "Cleo"])
            #expect(content.trips.map(\.id) == ["1", "2", "3"])
            for person in content.people {
                let claims = try TokenVerifier(secret: secret).verify(person.token, now: now)
                #expect(claims.sub == person.id && claims.role == "authenticated")
                #expect(claims.expiresAt == now + 30 * 86_400)
            }
        }
    }

    @Test("The commands that are shown name the program, the place, the token and the trip")
    func commands() async throws {
        try await TestDatabase.with { database in
            try DemonstrationDatabase(folder: Self.topics) { _ in database.superuserDSN }.prepare()
            let content = try DemonstrationPeople(
                database.connect(),
                secret: GatewayConfiguration.developmentSecret,
                now: 1_800_000_000
            )
            let commands = DevelopmentCommands(
                program: ".build/debug/waypost",
                url: "http://127.0.0.1:4000",
                socketFolder: "/tmp/folder",
                content: content
            )
            #expect(
                commands.watch
                    == ".build/debug/waypost tail trip:1 --url http://127.0.0.1:4000 --token "
                    + content.people[0].token
            )
            #expect(commands.change.hasPrefix("psql -h /tmp/folder -U postgres -d waypost -c "))
            #expect(commands.change.contains("where id = 1"))
        }
    }
}
