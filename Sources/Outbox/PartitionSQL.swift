/// The statements that change the partitions of one table of schema `realtime`.
///
/// Names are the table's own with digits behind it: nothing here comes from outside.
struct PartitionSQL {
    /// The partitioned table, without the schema.
    let parent: String

    /// The partition without end, without the schema.
    let lastName: String

    /// The partition of a day.
    func name(of day: UTCDay) -> String { "\(parent)_\(day.suffix)" }

    /// To be sent alone, outside a transaction.
    func detach(_ name: String) -> String {
        "ALTER TABLE realtime.\(parent) DETACH PARTITION realtime.\(name) CONCURRENTLY"
    }

    /// To be sent alone, outside a transaction.
    func finishDetaching(_ name: String) -> String {
        "ALTER TABLE realtime.\(parent) DETACH PARTITION realtime.\(name) FINALIZE"
    }

    /// Of a table that is no partition any more.
    func drop(_ name: String) -> String { "DROP TABLE realtime.\(name)" }

    /// Makes a partition for each day.
    func create(_ days: [UTCDay]) -> String {
        days.map { day in
            make(name(of: day)) + attach(name(of: day), from: day, to: "('\((day + 1).text)')")
        }.joined()
    }

    /// Makes a partition for each day and the last one from `end` on.
    ///
    /// A detached last one is replaced, not attached again: each detachment leaves a constraint on
    /// it. It is empty, unless a clock was weeks ahead; its rows move.
    func close(_ days: [UTCDay], end: UTCDay, isLastLoose: Bool) -> String {
        let aside = "\(lastName)_aside"
        let before = isLastLoose ? "ALTER TABLE realtime.\(lastName) RENAME TO \(aside);\n" : ""
        let after = """
            INSERT INTO realtime.\(parent) SELECT * FROM realtime.\(aside);
            DROP TABLE realtime.\(aside);

            """
        return before + create(days) + make(lastName)
            + attach(lastName, from: end, to: "(MAXVALUE)") + (isLastLoose ? after : "")
    }

    /// Ends the last partition before a day, and makes a new last one from there.
    func endLast(from: UTCDay, before end: UTCDay) -> String {
        """
        ALTER TABLE realtime.\(parent) DETACH PARTITION realtime.\(lastName);
        ALTER TABLE realtime.\(lastName) RENAME TO \(name(of: from));

        """ + attach(name(of: from), from: from, to: "('\(end.text)')")
            + make(lastName) + attach(lastName, from: end, to: "(MAXVALUE)")
    }

    /// A table as its partitions are, which anyone but its owner sees nothing of.
    private func make(_ name: String) -> String {
        """
        CREATE TABLE realtime.\(name) (
            LIKE realtime.\(parent) INCLUDING DEFAULTS INCLUDING CONSTRAINTS
        );
        ALTER TABLE realtime.\(name) ENABLE ROW LEVEL SECURITY;

        """
    }

    private func attach(_ name: String, from: UTCDay, to end: String) -> String {
        """
        ALTER TABLE realtime.\(parent) ATTACH PARTITION realtime.\(name)
            FOR VALUES FROM ('\(from.text)') TO \(end);

        """
    }
}
