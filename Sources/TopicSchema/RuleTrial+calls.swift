internal import Postgres
internal import Topics

extension RuleTrial {
    /// Calls the function that was made, as each role.
    mutating func call(
        _ what: String,
        _ place: SourcePlace,
        of family: TopicFamily
    ) throws(PostgresError) {
        for role in family.members.roles where catalog.roles[role] != nil {
            for sample in TopicSample.all {
                let topic = sample.topic(of: family.pattern)
                let outcome = try outcome(as: role, asking: topic)
                switch outcome {
                case .answered(let scans):
                    for scan in scans { add(scan, what, place) }
                case .roleClosed:
                    skip("rules are not tried out as \(role): the login may not become that role")
                case .failed(let error):
                    let isOdd = sample.isExtreme || error.sqlState == "57014"
                    add(
                        place,
                        severity: isOdd ? .warning : .error,
                        "\(what) fails for role \(role) on a topic such as \(topic): "
                            + "\(Self.words(error)); whoever asks is refused"
                    )
                    if !sample.isExtreme { return }
                }
            }
        }
    }

    private mutating func add(_ scan: Scan, _ what: String, _ place: SourcePlace) {
        let isLarge = scan.rowCount >= options.rowCountMax
        add(
            place,
            severity: isLarge ? .error : .warning,
            "\(what) reads all of \(scan.table), about \(max(scan.rowCount, 0)) rows, at every "
                + "question: it needs an index"
        )
    }

    private enum Outcome {
        case answered([Scan])
        case roleClosed
        case failed(PostgresError)
    }

    /// A table that was read from end to end although indexes were preferred.
    private struct Scan {
        let table: String
        let rowCount: Int
    }

    private func outcome(
        as role: String,
        asking topic: String
    ) throws(PostgresError) -> Outcome {
        let claims = """
            {"sub": "\(TopicSample.person)", "role": \(SchemaNote.quoted(role)), \
            "aud": "authenticated", "email": "someone@example.com"}
            """
        let before = try scans()
        // What applying will grant counts as granted.
        let grant =
            catalog.roles[role]?.mayUseSchema == false
            ? "GRANT USAGE ON SCHEMA realtime TO \(SQLText.identifier(role));" : ""
        if try attempt("SET LOCAL ROLE \(SQLText.identifier(role))") != nil { return .roleClosed }
        let failure = try attempt(
            """
            SELECT pg_catalog.set_config('realtime.topic', \(SQLText.literal(topic)), true),
                pg_catalog.set_config('request.jwt.claims', \(SQLText.literal(claims)), true),
                pg_catalog.set_config('request.jwt.claim.sub', '\(TopicSample.person)', true),
                pg_catalog.set_config('request.jwt.claim.role', \(SQLText.literal(role)), true);
            SET LOCAL enable_seqscan = off;
            \(grant)
            SET LOCAL ROLE \(SQLText.identifier(role));
            SET LOCAL transaction_read_only = on;
            SELECT pg_temp.waypost_trial()
            """
        )
        if let failure { return .failed(failure) }
        let after = try scans()
        return .answered(
            after.compactMap { relation, seen in
                guard seen.count > before[relation]?.count ?? 0 else { return nil }
                return Scan(table: seen.table, rowCount: seen.rowCount)
            }.sorted { $0.table < $1.table }
        )
    }

    /// How often each table was read from end to end in this transaction.
    private func scans() throws(PostgresError) -> [Int64: (
        table: String, count: Int, rowCount: Int
    )] {
        let rows = try connection.query(
            """
            SELECT s.relid::bigint, s.schemaname || '.' || s.relname, s.seq_scan,
                CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint
                    ELSE pg_catalog.pg_relation_size(c.oid) / 64 END
            FROM pg_catalog.pg_stat_xact_user_tables AS s
                JOIN pg_catalog.pg_class AS c ON c.oid = s.relid
            WHERE s.seq_scan > 0 AND s.schemaname <> 'realtime'
            """
        )
        var scans: [Int64: (table: String, count: Int, rowCount: Int)] = [:]
        for row in 0..<rows.count {
            guard let relation = rows.integer(row, 0) else { continue }
            scans[relation] = (
                rows[row, 1] ?? "", Int(rows.integer(row, 2) ?? 0), Int(rows.integer(row, 3) ?? 0)
            )
        }
        return scans
    }
}

/// A topic that nobody has, to try rules out on.
struct TopicSample {
    let isExtreme: Bool

    static let all = [TopicSample(isExtreme: false), TopicSample(isExtreme: true)]

    /// Somebody who does not exist.
    static let person = "00000000-0000-4000-8000-00000000a11a"

    func topic(of pattern: TopicPattern) -> String {
        let parts = pattern.parameters.map { parameter in
            switch parameter.type {
            case .bigint: isExtreme ? "9223372036854775807" : "1"
            case .uuid:
                isExtreme
                    ? "ffffffff-ffff-ffff-ffff-ffffffffffff"
                    : "00000000-0000-4000-8000-000000000001"
            case .text: isExtreme ? String(repeating: "z", count: 200) : "a"
            }
        }
        return ([pattern.family] + parts).joined(separator: ":")
    }
}
