import Changes
import Postgres
import PostgresCluster
import RowSecurity
import TestSupport
import Testing

@Suite("Commit times")
struct CommitTimeTests {
    @Test("Unknown while the database does not keep them")
    func off() async throws {
        try await RowStage.with { stage in
            let row = try stage.update("1")
            #expect(try stage.security.commitTimes(of: [row.transaction, 3]) == [nil, nil])
            #expect(try stage.security.commitTimes(of: []) == [])
        }
    }

    @Test("In milliseconds where it does")
    func on() async throws {
        let settings = ["track_commit_timestamp": "on"]
        try await PrivatePostgres.run(.throwaway(settings: settings)) { cluster in
            let connection = try PostgresConnection(
                ConnectionString(cluster.dsn(), applicationName: "waypost-test")
            )
            let rows = try connection.query(
                "SELECT pg_current_xact_id(), floor(extract(epoch FROM now()) * 1000)::bigint"
            )
            let transaction = UInt64(rows[0, 0] ?? "") ?? 0
            let began = rows.integer(0, 1) ?? .max
            let security = try RowSecurity(
                configuration: RowSecurityConfiguration(dsn: cluster.dsn()),
                observe: { _ in }
            )
            let times = try security.commitTimes(of: [transaction, 999_999_999, transaction])
            #expect(times.count == 3 && times[1] == nil && times[0] == times[2])
            #expect((times[0] ?? 0) >= began && (times[0] ?? 0) < began + 60_000)
        }
    }
}
