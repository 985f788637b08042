import Postgres
import TestSupport
import Testing

@Suite struct PostgresNotificationTests {
    @Test("Notifications come in order, with channel, payload and sender")
    func order() async throws {
        let database = try await TestDatabase.make()
        let listener = try database.connect()
        let sender = try database.connect()
        try listener.execute("LISTEN doorbell")
        #expect(try listener.notifications().isEmpty)
        try sender.execute("NOTIFY doorbell, 'one'; NOTIFY doorbell")
        var received: [PostgresNotification] = []
        while received.count < 2 {
            let ready = Readiness.wait(readable: [listener.descriptor], timeout: .seconds(10))
            try #require(!ready.isEmpty)
            received += try listener.notifications()
        }
        #expect(received.map(\.payload) == ["one", ""])
        #expect(received.allSatisfy { $0.channel == "doorbell" })
        #expect(received.allSatisfy { $0.processID == sender.processID })
    }

    @Test("Those that came along with an answer are there without another wait")
    func alongWithAnswer() async throws {
        let connection = try await TestDatabase.make().connect()
        try connection.execute("LISTEN doorbell")
        try connection.execute("NOTIFY doorbell, 'own'")
        _ = try connection.query("SELECT 1")
        #expect(try connection.notifications().map(\.payload) == ["own"])
        #expect(try connection.notifications().isEmpty)
    }

    @Test("A started command tells when it has ended, and nothing else may run until then")
    func started() async throws {
        let database = try await TestDatabase.make()
        let holder = try database.connect()
        try holder.execute("BEGIN; SELECT pg_advisory_xact_lock(7)")
        let waiter = try database.connect()
        #expect(try waiter.finishStarted() == false)
        try waiter.start("SELECT pg_advisory_lock(7)")
        #expect(try waiter.finishStarted() == false)
        let busy = #expect(throws: PostgresError.self) { try waiter.query("SELECT 1") }
        #expect(busy?.reason == .busy && busy?.isConnectionLost == false)
        #expect(Readiness.wait(readable: [waiter.descriptor], timeout: .milliseconds(50)).isEmpty)
        try holder.execute("COMMIT")
        #expect(
            try await eventually {
                _ = Readiness.wait(readable: [waiter.descriptor], timeout: .seconds(1))
                return try waiter.finishStarted()
            }
        )
        #expect(try waiter.finishStarted() == false)
        #expect(try waiter.query("SELECT 1").integer(0, 0) == 1)
    }

    @Test("Notifications arrive while a started command runs")
    func duringStarted() async throws {
        let database = try await TestDatabase.make()
        let listener = try database.connect()
        try listener.execute("LISTEN doorbell")
        let sender = try database.connect()
        try listener.start("SELECT pg_sleep(0.3)")
        try sender.execute("NOTIFY doorbell")
        #expect(try await eventually { try listener.finishStarted() })
        #expect(try await eventually { try listener.notifications().count == 1 })
    }
}
