import Glibc
import Postgres

/// Changes one row on a connection of its own.
///
/// For one thread.
final class Pen {
    /// What stands before the number in a row's title.
    static let mark = "bench-"

    private let connection: PostgresConnection
    private let row: Int

    /// Takes the item with this place in Ana's first added trip.
    init(_ database: BenchmarkDatabase, row: Int, sides: [Side] = Side.allCases) throws {
        connection = try database.connect()
        self.row = 1_001_000 + row
        for side in sides {
            try connection.prepare(
                "\(side)",
                "UPDATE \(side.table) SET title = $1 WHERE id = $2"
            )
        }
    }

    /// Changes the row in a transaction.
    ///
    /// - Returns: The time just before COMMIT was sent.
    func change(_ side: Side, _ number: Int) throws -> ContinuousClock.Instant {
        try connection.execute("BEGIN")
        _ = try connection.queryPrepared("\(side)", ["\(Self.mark)\(number)", "\(row)"])
        let committedAt = ContinuousClock.now
        try connection.execute("COMMIT")
        return committedAt
    }

    /// Changes the row again and again, with random pauses.
    ///
    /// The pauses keep commits from falling in step with the reader's clock. What it answers leaves
    /// out the first half second.
    func write(
        _ side: Side,
        first: Int,
        from start: ContinuousClock.Instant,
        to end: ContinuousClock.Instant,
        pause: Double
    ) -> [(Int, ContinuousClock.Instant)] {
        var notes: [(Int, ContinuousClock.Instant)] = []
        var number = first
        var next = start
        while ContinuousClock.now < end {
            number += 1
            guard let committedAt = try? change(side, number) else { break }
            if committedAt - start > .milliseconds(500) { notes.append((number, committedAt)) }
            next += .seconds(pause * Double.random(in: 0.5...1.5))
            let rest = (next - .now).milliseconds * 1_000
            if rest > 0 { usleep(UInt32(rest)) }
        }
        return notes
    }
}
