internal import Postgres

/// Two transactions that stay open, so that their snapshots can be used by others.
///
/// A deleted row is judged in a snapshot from before: rules that look things up find them there.
/// They are renewed in turn, so one of them is always at least one interval old.
final class HeldSnapshots {
    private let dsn: String
    private var holders: [SnapshotHolder] = []

    /// Connects nowhere yet.
    init(dsn: String) {
        self.dsn = dsn
    }

    /// Takes a new snapshot, in place of the older one when there are two.
    func renew() throws(PostgresError) {
        guard holders.count == Self.count else {
            holders.append(try SnapshotHolder(dsn: dsn))
            return
        }
        let holder = holders.removeFirst()
        do throws(PostgresError) {
            try holder.take()
            holders.append(holder)
        } catch {
            holders.append(try SnapshotHolder(dsn: dsn))
        }
    }

    /// Ends all transactions and their connections.
    func drop() {
        holders.removeAll()
    }

    /// The newest snapshot that does not see what `transaction` did.
    func newest(before transaction: UInt64) -> String? {
        holders.last { !$0.sees(transaction) }?.name
    }

    /// Lets go of a snapshot that the database does not know any more.
    func forget(_ name: String) {
        holders.removeAll { $0.name == name }
    }

    /// How many are held.
    var heldCount: Int { holders.count }

    private static let count = 2
}

/// One transaction that stays open.
final class SnapshotHolder {
    private let connection: PostgresConnection
    /// The snapshot's name, by which other transactions can take it over.
    private(set) var name = ""
    private var seen = SeenTransactions(xmax: 0, running: [])

    init(dsn: String) throws(PostgresError) {
        connection = try PostgresConnection(
            ConnectionString(dsn, applicationName: "waypost snapshot"),
            connectTimeout: .seconds(2)
        )
        connection.statementDeadline = .seconds(5)
        // Should the gateway hang, the database ends the transaction by itself.
        try connection.execute(
            """
            SET idle_in_transaction_session_timeout = '60s';
            SET statement_timeout = '3s';
            SET client_min_messages = error
            """
        )
        try take()
    }

    /// Ends the transaction and begins another.
    func take() throws(PostgresError) {
        name = ""
        let answers = try connection.pipeline([
            .query("ROLLBACK"),
            .sync,
            .query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            .query("SELECT pg_export_snapshot(), pg_current_snapshot()"),
        ])
        let rows = try answers[2].get()
        seen = SeenTransactions(rows[0, 1] ?? "")
        name = rows[0, 0] ?? ""
    }

    /// Whether what a transaction did is there.
    func sees(_ transaction: UInt64) -> Bool { seen.contain(transaction) }
}

/// Which transactions a snapshot sees, from its text form `xmin:xmax:running,running`.
struct SeenTransactions: Hashable, Sendable {
    let xmax: UInt64
    let running: Set<UInt64>

    init(xmax: UInt64, running: Set<UInt64>) {
        self.xmax = xmax
        self.running = running
    }

    /// Reads the text form; one that cannot be read sees everything, which uses it for nothing.
    init(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let xmax = UInt64(parts[1]) else {
            self.init(xmax: .max, running: [])
            return
        }
        self.init(
            xmax: xmax,
            running: Set(parts[2].split(separator: ",").compactMap { UInt64($0) })
        )
    }

    /// Whether a transaction had ended before.
    func contain(_ transaction: UInt64) -> Bool {
        transaction < xmax && !running.contains(transaction)
    }
}
