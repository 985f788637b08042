import Postgres
import TestSupport
import Testing

@Suite struct ConnectionLossTests {
    @Test("A killed backend is a lost connection, and its SQLSTATE is known")
    func killedWhileRunning() async throws {
        let database = try await TestDatabase.make()
        let connection = try database.connect()
        try connection.start("SELECT pg_sleep(60)")
        try database.cutConnections()
        let error = await firstError { try connection.finishStarted() }
        #expect(error?.sqlState == "57P01")
        #expect(error?.isConnectionLost == true && error?.reason == .connectionLost)
        #expect(!connection.isAlive)
    }

    @Test("A connection killed while idle says so on the next call, and why")
    func killedWhileIdle() async throws {
        let database = try await TestDatabase.make()
        let connection = try database.connect()
        try database.cutConnections()
        let error = #expect(throws: PostgresError.self) {
            while true { _ = try connection.query("SELECT 1") }
        }
        #expect(error?.isConnectionLost == true)
        #expect(error?.sqlState == "57P01")
        let again = #expect(throws: PostgresError.self) { try connection.execute("SELECT 1") }
        #expect(again?.isConnectionLost == true)
    }

    @Test("A connection killed while it listens makes its descriptor readable, and then says so")
    func killedWhileListening() async throws {
        let database = try await TestDatabase.make()
        let connection = try database.connect()
        try connection.execute("LISTEN doorbell")
        _ = try connection.notifications()
        try database.cutConnections()
        let error = await firstError {
            _ = Readiness.wait(readable: [connection.descriptor], timeout: .seconds(10))
            return try !connection.notifications().isEmpty
        }
        #expect(error?.isConnectionLost == true && error?.operation == .notifications)
        #expect(error?.sqlState == "57P01")
        #expect(!connection.isAlive)
    }

    @Test("A deadline ends a wait, and the connection is spent")
    func deadline() async throws {
        let connection = try await TestDatabase.make().connect()
        connection.statementDeadline = .milliseconds(100)
        let start = ContinuousClock.now
        let error = #expect(throws: PostgresError.self) {
            try connection.execute("SELECT pg_sleep(60)")
        }
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(error?.reason == .deadlinePassed && error?.isConnectionLost == true)
        #expect(!connection.isAlive)
        let next = #expect(throws: PostgresError.self) { try connection.query("SELECT 1") }
        #expect(next?.isConnectionLost == true)
    }

    @Test("A stopped backend cannot hold a call past its deadline")
    func stoppedBackend() async throws {
        let connection = try await TestDatabase.make().connect()
        connection.statementDeadline = .milliseconds(200)
        let large = String(repeating: "x", count: 16 << 20)
        let error = whileStopped(connection.processID) {
            #expect(throws: PostgresError.self) {
                try connection.query("SELECT length($1)", [large])
            }
        }
        #expect(error?.reason == .deadlinePassed)
    }

    @Test("An idle-in-transaction timeout is a lost connection with its own SQLSTATE")
    func idleTimeout() async throws {
        let connection = try await TestDatabase.make().connect()
        try connection.execute("SET idle_in_transaction_session_timeout = 50; BEGIN")
        _ = Readiness.wait(readable: [connection.descriptor], timeout: .seconds(10))
        let error = #expect(throws: PostgresError.self) {
            while true { _ = try connection.query("SELECT 1") }
        }
        #expect(error?.isConnectionLost == true)
        #expect(error?.sqlState == "25P03")
    }

    @Test("A cancelled command fails by itself and the connection stays")
    func cancel() async throws {
        let connection = try await TestDatabase.make().connect()
        try connection.start("SELECT pg_sleep(60)")
        // Until the backend has begun, a cancel request finds nothing to end.
        let error = await firstError {
            connection.cancel()
            return try connection.finishStarted()
        }
        #expect(error?.sqlState == "57014" && error?.isConnectionLost == false)
        #expect(try connection.query("SELECT 1").integer(0, 0) == 1)
    }

    /// Calls until something is thrown; nil when nothing is for ten seconds or the answer is true.
    private func firstError(_ body: () throws -> Bool) async -> PostgresError? {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            do {
                if try body() { return nil }
            } catch {
                return error as? PostgresError
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }
}
