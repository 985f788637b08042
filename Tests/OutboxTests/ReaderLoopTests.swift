import Observation
import Outbox
import Postgres
import PostgresCluster
import TestSupport
import Testing

@Suite struct ReaderLoopTests {
    @Test("Another cluster under the same address is another history: everybody loads anew")
    func failover() async throws {
        try await PrivatePostgres.run(.throwaway()) { second in
            try Self.migrate(second)
            let sink = RecordingSink()
            let observations = RecordedObservations()
            let reader = try await PrivatePostgres.run(.throwaway()) { first in
                try Self.migrate(first)
                let dsn =
                    "host='\(first.socketFolder),\(second.socketFolder)' port=5432 "
                    + "dbname=postgres user=waypost"
                let reader = try OutboxReader(
                    configuration: OutboxConfiguration(readDSN: dsn),
                    sink: sink,
                    observe: observations.observe
                )
                reader.start()
                #expect(await eventually { reader.isCaughtUp })
                try Self.send("first", to: first)
                #expect(await eventually { sink.count == 1 })
                return reader
            }
            #expect(await eventually { sink.now.resyncCount == 1 && reader.isCaughtUp })
            #expect(sink.now.awayCount == 1)
            #expect(observations.resyncs == [.anotherHistory])
            try Self.send("second", to: second)
            #expect(await eventually { sink.count == 2 })
            #expect(sink.now.messages.map(\.name) == ["first", "second"])
            reader.stop()
            #expect(!reader.isCaughtUp)
        }
    }

    private static func migrate(_ cluster: RunningCluster) throws {
        _ = try Migrator(connection: try connect(cluster)).apply { _ in }
    }

    private static func send(_ name: String, to cluster: RunningCluster) throws {
        try connect(cluster).execute("SELECT realtime.send('{}', '\(name)', 't')")
    }

    private static func connect(_ cluster: RunningCluster) throws -> PostgresConnection {
        try PostgresConnection(ConnectionString(cluster.dsn(), applicationName: "test"))
    }
}
