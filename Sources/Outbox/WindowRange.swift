import Postgres

/// The days that windows are looked for in.
///
/// Most partitions are for days to come and hold nothing, yet each costs its share of every window;
/// with all of them a window takes twice the time. So only those up to tomorrow are searched, and
/// the statement itself measures the files of the others. A row that such a file holds, from a
/// clock that is days ahead or a day that has come meanwhile, shows there before anybody can see
/// it: then the window is read again, over more days. So this loses nothing.
///
/// The partitions are named in the statement. A condition on the day would choose the same ones,
/// but it also fits the primary key's index, and a plan made while there is little to read then
/// goes through all of a day at every look.
struct WindowRange: Equatable {
    /// What is searched for messages: partitions, or the whole table.
    let messages: [String]

    /// What is searched for changes.
    let changes: [String]

    /// The partitions that are searched, as an array literal of their numbers; nil for all.
    private let searched: String?

    /// Every partition, also those that are yet to come.
    static let everything = WindowRange(
        messages: ["realtime.messages"],
        changes: ["realtime.changes"],
        searched: nil
    )

    private init(messages: [String], changes: [String], searched: String?) {
        self.messages = messages
        self.changes = changes
        self.searched = searched
    }

    /// Looks up which partitions there are; the range ends after tomorrow.
    init(_ connection: PostgresConnection) throws(PostgresError) {
        let rows = try connection.query(
            """
            SELECT inhrelid::bigint, inhrelid::regclass, inhparent = 'realtime.messages'::regclass
            FROM pg_catalog.pg_inherits
            JOIN pg_catalog.pg_class ON pg_class.oid = inhrelid
            WHERE inhparent IN ('realtime.messages'::regclass, 'realtime.changes'::regclass)
                AND substring(pg_catalog.pg_get_expr(relpartbound, inhrelid)
                    FROM 'FROM \\(''([0-9-]{10})')::date < (now() AT TIME ZONE 'utc')::date + 2
            ORDER BY 1
            """
        )
        var (messages, changes, numbers): ([String], [String], [String]) = ([], [], [])
        for row in 0..<rows.count {
            guard let number = rows[row, 0], let name = rows[row, 1] else { continue }
            numbers.append(number)
            if rows.boolean(row, 2) == true { messages.append(name) } else { changes.append(name) }
        }
        guard !messages.isEmpty, !changes.isEmpty else {
            self = .everything
            return
        }
        let searched = "{\(numbers.joined(separator: ","))}"
        self.init(messages: messages, changes: changes, searched: searched)
    }

    /// The bytes in the partitions that are not searched.
    var strayByteCount: String {
        guard let searched else { return "0" }
        return """
            SELECT coalesce(sum(pg_catalog.pg_relation_size(inhrelid)), 0)
            FROM pg_catalog.pg_inherits
            WHERE inhparent IN ('realtime.messages'::regclass, 'realtime.changes'::regclass)
                AND inhrelid <> ALL ('\(searched)'::oid[])
            """
    }
}
