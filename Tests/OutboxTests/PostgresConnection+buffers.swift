import Postgres
import Testing

extension PostgresConnection {
    /// Buffers of PostgreSQL that a statement touches, whether they came from the disk or not.
    func bufferCount(of statement: String) throws -> Int {
        let plan = try query("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) \(statement)")
        let hits = try query(
            """
            SELECT (p #>> '{0,Plan,Shared Hit Blocks}')::bigint
                + (p #>> '{0,Plan,Shared Read Blocks}')::bigint FROM (SELECT $1::jsonb AS p) AS plan
            """,
            [plan[0, 0]]
        )
        return Int(try #require(hits.integer(0, 0)))
    }
}
