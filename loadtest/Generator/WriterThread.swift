internal import LoadChecks
internal import LoadScenarios
internal import Locking
internal import Postgres
internal import WebSocketClient

/// A connection to the database that writes on schedule, on a thread of its own.
final class WriterThread: Sendable {
    private let line: WriterLine
    private let dsn: String
    /// Until the thread takes it.
    private let connection: Locked<PostgresConnection?>

    /// How long a statement may take.
    private static let statementDeadline = Duration.seconds(30)

    /// Connects.
    init(_ line: WriterLine, dsn: String) throws(PostgresError) {
        self.line = line
        self.dsn = dsn
        connection = Locked(try Self.connect(dsn))
    }

    private static func connect(_ dsn: String) throws(PostgresError) -> sending PostgresConnection {
        let string = ConnectionString(dsn, applicationName: "waypost loadtest")
        let connection = try PostgresConnection(string)
        connection.statementDeadline = statementDeadline
        return connection
    }

    /// Writes until the traffic is over.
    func run(_ clock: RunClock, _ notes: WriterNotes) {
        var line = line
        var topics: [Int: UInt64] = [:]
        var counts: [Int: SentCount] = [:]
        var connection = connection.withLock { held in
            let taken = held
            held = nil
            return taken
        }
        while !notes.isStopped {
            let turn = line.takeTurn()
            let due = clock.beginAt + turn.offset
            guard due < clock.measureUntil, Pause.until(due, unless: { notes.isStopped }) else {
                break
            }
            guard MonotonicTime.nanoseconds < clock.measureUntil else {
                notes.failed("write not begun in time")
                continue
            }
            let topic = topics[turn.group] ?? line.topic(of: turn.group)
            topics[turn.group] = topic
            var count =
                counts[turn.group] ?? SentCount(stream: line.stream, topic: topic, number: 0)
            if connection == nil { connection = try? Self.connect(dsn) }
            write(turn, due, line, &count, &connection, clock, notes)
            counts[turn.group] = count
        }
        notes.finished(counts.values.filter { $0.number > 0 })
    }

    private func write(
        _ turn: WriterLine.Turn,
        _ due: UInt64,
        _ line: WriterLine,
        _ count: inout SentCount,
        _ connection: inout PostgresConnection?,
        _ clock: RunClock,
        _ notes: WriterNotes
    ) {
        guard let open = connection else {
            notes.failed("database unreachable")
            Pause.until(MonotonicTime.nanoseconds + 200_000_000)
            return
        }
        let number = count.number + 1
        let mark = Mark(stream: count.stream, topic: count.topic, number: number, sentAt: due)
        let sql = line.sql(turn.group, mark)
        let begunAt = MonotonicTime.nanoseconds
        do throws(PostgresError) {
            try open.execute(sql)
            count.number = number
            let latency = MonotonicTime.nanoseconds - due
            notes.committed(
                lag: begunAt - due,
                latency: clock.measures(due) ? latency : nil
            )
        } catch {
            notes.failed(error.sqlState.map { "SQLSTATE \($0)" } ?? "\(error.reason)")
            guard error.isConnectionLost || !open.isAlive else { return }
            // Nobody knows whether it was committed.
            count.number = number
            count.uncertain.append(number...number)
            connection = nil
        }
    }
}
