import FoundationEssentials

/// Finds the reader's looks at the outbox in PostgreSQL's log.
final class PlanLog {
    /// What one look cost.
    struct Look {
        /// Pages found in memory and pages that had to be fetched.
        let bufferCount: Int

        /// Rows that came back, the one that every look brings among them.
        let rowCount: Int
    }

    private let path: String
    private var skippedByteCount = 0

    init(path: String) {
        self.path = path
    }

    func skipToEnd() {
        skippedByteCount = FileManager.default.contents(atPath: path)?.count ?? 0
    }

    /// Those that were logged since the last ``skipToEnd()``.
    func looks() -> [Look] {
        let bytes = FileManager.default.contents(atPath: path) ?? Data()
        let text = String(decoding: bytes.dropFirst(skippedByteCount), as: UTF8.self)
        var looks: [Look] = []
        var isLook = false
        var rowCount: Int?
        for line in text.split(separator: "\n") {
            if line.contains("Query Text:") {
                isLook = line.contains("WITH now AS MATERIALIZED (SELECT pg_current_snapshot()")
                rowCount = nil
            } else if isLook, rowCount == nil, line.contains("(cost=") {
                rowCount = Self.number(after: "(actual rows=", in: line)
                if rowCount == nil { isLook = false }
            } else if isLook, let rows = rowCount, line.contains("Buffers: ") {
                let hit = Self.number(after: "hit=", in: line) ?? 0
                let read = Self.number(after: "read=", in: line) ?? 0
                looks.append(Look(bufferCount: hit + read, rowCount: rows))
                isLook = false
            }
        }
        return looks
    }

    private static func number(after mark: String, in line: Substring) -> Int? {
        guard let range = line.firstRange(of: mark) else { return nil }
        return Int(line[range.upperBound...].prefix { $0.isNumber })
    }
}
