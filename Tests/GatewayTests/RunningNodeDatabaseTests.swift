import TestSupport
import Testing
import WebSocketClient
import Wire

@testable import Gateway

/// A database that is not there at the start, goes away, and comes back.
@Suite(.fewAtOnce, .timeLimit(.minutes(3))) struct RunningNodeDatabaseTests {
    private func news(_ member: Member) throws -> [String?] {
        let payload = try member.system()
        return [payload["status"]?.stringValue, payload["message"]?.stringValue]
    }

    /// Waits for news; what is left of the round before is passed over.
    private func expectNews(_ member: Member, _ expected: [String?]) throws {
        while try news(member) != expected {}
    }

    private static let away = [
        "ok", "Database connection lost, changes will follow when it is back",
    ]
    private static let back = ["ok", "Database connection restored, no change was missed"]
    private static let unable =
        "UnableToConnectToProject: Realtime was unable to connect to the project database"

    private func run(
        _ own: OwnCluster,
        _ settings: [ConfigurationKey: String] = [:],
        _ body: (RunningNode) async throws -> Void
    ) async throws {
        let configuration = try await TestNode.configuration(own.dsn(user: "waypost"), settings)
        let running = try RunningNode(configuration)
        do {
            try await body(running)
        } catch {
            await running.end(within: .seconds(5))
            throw error
        }
        await running.end(within: .seconds(5))
    }

    @Test("Without a database at the start: served, not ready, public things work; then all of it")
    func awayAtStart() async throws {
        try await OwnCluster.with { own in
            try await own.startWithDemonstration()
            await own.stop()
            try await run(own, [.channelsPublic: "allow"]) { running in
                let port = UInt16(running.addresses.port)
                #expect(try HTTP.get("/healthz", port: port).status == 200)
                #expect(try HTTP.get("/readyz", port: port).status == 503)
                let ana = try Member(url: running.addresses.url, token: Person.ana.token)
                let ben = try Member(url: running.addresses.url, token: Person.ben.token, .v1)
                for member in [ana, ben] { try member.joined("lobby", isPrivate: false) }
                try ana.channels.broadcast("lobby", name: "hi", payload: .emptyObject)
                #expect(try ben.broadcast(named: "hi").topic == "realtime:lobby")
                let asked = ContinuousClock.now
                let reason = try #require(try ana.refusal("trip:1"))
                #expect(
                    reason == Self.unable
                        || reason.hasPrefix("InitializingProjectConnection: "),
                    "\(reason)"
                )
                #expect(asked.duration(to: .now) < .seconds(20))
                try await own.start()
                #expect(
                    try await eventually(within: Member.patience) {
                        try HTTP.get("/readyz", port: port).status == 200
                    }
                )
                #expect(
                    try await eventually(within: Member.patience) {
                        try ana.refusal("trip:1") == nil
                    }
                )
                try await own.sql("UPDATE trips SET name = 'There it is' WHERE id = 1")
                let update = try ana.broadcast(named: "UPDATE")
                #expect(update.payload["record"]?["name"] == .string("There it is"))
            }
        }
    }

    @Test("While PostgreSQL is gone members stay and are told; what is committed later arrives")
    func goneAndBack() async throws {
        try await OwnCluster.with { own in
            try await own.startWithDemonstration()
            try await run(own, [.databaseSafetyPollMilliseconds: "50"]) { running in
                #expect(await eventually { running.isReady })
                let members = [
                    try Member(url: running.addresses.url, token: Person.ana.token, .v1),
                    try Member(url: running.addresses.url, token: Person.ben.token, .v2),
                ]
                for member in members { try member.joined("trip:1") }
                for (round, isKilled) in [false, true].enumerated() {
                    if isKilled {
                        try await useUpTransactionNumbers(own)
                        try await own.kill()
                    } else {
                        await own.stop()
                    }
                    for member in members { try expectNews(member, Self.away) }
                    #expect(
                        try HTTP.get("/readyz", port: UInt16(running.addresses.port)).status == 503
                    )
                    let asked = ContinuousClock.now
                    #expect(try members[1].refusal("user:\(Person.ben.rawValue)") == Self.unable)
                    #expect(asked.duration(to: .now) < .seconds(20))
                    try members[0].channels.broadcast(
                        "trip:1",
                        name: "still",
                        payload: .emptyObject
                    )
                    #expect(try members[1].broadcast(named: "still").topic == "realtime:trip:1")
                    try await own.start()
                    try await own.sql("UPDATE trips SET name = 'Round \(round)' WHERE id = 1")
                    for member in members {
                        let update = try member.broadcast(named: "UPDATE")
                        #expect(update.payload["record"]?["name"] == .string("Round \(round)"))
                    }
                    for member in members { #expect(try member.isAlive()) }
                    #expect(await eventually { running.isReady })
                }
            }
        }
    }

    /// Takes transaction numbers that leave no trace in the log of PostgreSQL, and waits until the
    /// reader has seen them: after a crash they are given out a second time.
    private func useUpTransactionNumbers(_ own: OwnCluster) async throws {
        for _ in 0..<20 { try await own.sql("SELECT pg_current_xact_id()") }
        let moment = try await own.value("SELECT clock_timestamp()")
        let isSeen = try await eventually {
            try await own.value(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE usename = 'waypost' AND state = 'idle' AND query LIKE '%pg_current_snapshot%'
                    AND query_start > '\(moment)'
                """
            ) != "0"
        }
        try #require(isSeen)
    }

    @Test("Changes committed before, while and after the gateway's connections are cut all arrive")
    func cutConnections() async throws {
        try await TestNode.with([.databaseSafetyPollMilliseconds: "0"]) { node in
            let ana = try Member(node, .ana)
            let ben = try Member(node, .ben, .v1)
            for member in [ana, ben] { try member.joined("trip:1") }
            for number in 1...30 {
                try node.sql("UPDATE trips SET travelers = \(number + 10) WHERE id = 1")
                guard number % 10 == 5 else { continue }
                try node.sql(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND usename = 'waypost'
                    """
                )
            }
            try node.fence("trip:1")
            for member in [ana, ben] {
                let updates = try member.broadcasts().filter { $0.name == "UPDATE" }
                let counts = updates.compactMap { $0.payload["record"]?["travelers"]?.integerValue }
                #expect(counts == (11...40).map { Int64($0) })
                #expect(Set(updates.map(\.id)).count == 30)
            }
            #expect(await eventually { node.running.isReady })
            #expect(try await eventually { try ana.refusal("trip:2") == nil })
        }
    }

    @Test("After a loss that missed nothing members are told that the database is back")
    func toldBack() async throws {
        try await TestNode.with { node in
            let ana = try Member(node, .ana)
            try ana.joined("trip:1")
            try node.sql(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND usename = 'waypost'
                """
            )
            #expect(try news(ana) == Self.away)
            #expect(try news(ana) == Self.back)
        }
    }
}
