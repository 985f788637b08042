import Observation
import Postgres
import Topics

/// The prepared statement of ``ReplaySQL`` over a connection of its own.
struct ReplayQueries {
    /// The connection that it belongs to.
    let connection: PostgresConnection

    /// Whether it is the database that is written to: what a standby shows may be of the past.
    let isPrimary: Bool

    private let byteCountMax: Int

    private static let statement = "replay"

    /// A database that does not answer for so much longer than a statement may take is lost.
    private static let answerReserve = Duration.seconds(2)

    /// PostgreSQL's times begin and end somewhere.
    private static let milliseconds: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    init(_ configuration: ReplayConfiguration) throws(PostgresError) {
        connection = try PostgresConnection(
            ConnectionString(configuration.dsn, applicationName: "waypost replay")
        )
        byteCountMax = configuration.byteCountMax
        connection.statementDeadline = configuration.statementTimeout + Self.answerReserve
        let milliseconds = Int(configuration.statementTimeout / .milliseconds(1))
        let isInRecovery = try connection.query("SELECT pg_catalog.pg_is_in_recovery()")
        isPrimary = isInRecovery.boolean(0, 0) == false
        try connection.execute(WindowSQL.session)
        try connection.execute("SET idle_session_timeout = 0")
        try connection.prepare(Self.statement, ReplaySQL.statement)
        try connection.execute("SET statement_timeout = \(milliseconds)")
    }

    /// Reads a replay; nil when the answer is none.
    func replay(_ request: ReplayRequest) throws(PostgresError) -> Replay? {
        let since = min(
            max(request.sinceMilliseconds, Self.milliseconds.lowerBound),
            Self.milliseconds.upperBound
        )
        let rows = try connection.queryPrepared(
            Self.statement,
            [request.topic.text, "\(since)", "\(request.countMax)", "\(byteCountMax)"]
        )
        return WindowPage(rows).map(Replay.init)
    }
}
