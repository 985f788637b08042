import Topics

/// Reads names of tables and columns, and the ways between them:
/// `message_id -> chat_messages.id -> session_id`.
///
/// Names are taken as the database has them: nothing is made lower case. What is no plain word
/// stands in double quotes.
struct PathReader {
    /// Why a text does not parse: what to do about it.
    struct Malformed: Error {
        let advice: String
    }

    /// Steps that a way may have.
    static let stepCountMax = 4

    private var rest: Substring.UnicodeScalarView

    private init(_ text: String) {
        rest = Substring(text).unicodeScalars
    }

    /// Reads `table` or `schema.table`.
    static func table(_ text: String) throws(Malformed) -> TableName {
        var reader = PathReader(text)
        let names = try reader.names(max: 2)
        guard reader.isAtEnd else { throw reader.unexpected() }
        return names.count == 2
            ? TableName(schema: names[0], names[1]) : TableName(names[0])
    }

    /// Reads one column's name.
    static func column(_ text: String) throws(Malformed) -> String {
        var reader = PathReader(text)
        let name = try reader.name()
        guard reader.isAtEnd else { throw reader.unexpected() }
        return name
    }

    /// Reads a way from a column over other tables.
    static func path(_ text: String) throws(Malformed) -> ColumnPath {
        var reader = PathReader(text)
        let column = try reader.name()
        var steps: [TopicRoute.Step] = []
        while reader.takeArrow() {
            guard steps.count < stepCountMax else {
                throw Malformed(advice: "a way has at most \(stepCountMax) steps")
            }
            let names = try reader.names(max: 3)
            guard names.count > 1 else {
                throw Malformed(
                    advice: "\(names[0]) is no column of a table; each step is "
                        + "-> table.column -> column"
                )
            }
            guard reader.takeArrow() else {
                throw Malformed(
                    advice: "\(names.joined(separator: ".")) leads nowhere; add -> and the column "
                        + "that is taken from there"
                )
            }
            let table =
                names.count == 3
                ? TableName(schema: names[0], names[1]) : TableName(names[0])
            steps.append(
                TopicRoute.Step(
                    table: table,
                    match: names[names.count - 1],
                    take: try reader.name()
                )
            )
        }
        guard reader.isAtEnd else { throw reader.unexpected() }
        return ColumnPath(column, steps: steps)
    }

    private var isAtEnd: Bool { rest.allSatisfy { $0 == " " } }

    private mutating func skipBlanks() {
        rest = rest.drop { $0 == " " }
    }

    private mutating func takeArrow() -> Bool {
        skipBlanks()
        guard rest.starts(with: ["-", ">"]) else { return false }
        rest = rest.dropFirst(2)
        return true
    }

    private mutating func names(max: Int) throws(Malformed) -> [String] {
        var names = [try name()]
        while rest.first == "." {
            guard names.count < max else {
                throw Malformed(advice: "more names with dots between than \(max)")
            }
            rest = rest.dropFirst()
            names.append(try name())
        }
        return names
    }

    private mutating func name() throws(Malformed) -> String {
        skipBlanks()
        let name = rest.first == "\"" ? try quotedName() : plainName()
        guard !name.isEmpty else { throw unexpected() }
        guard name.utf8.count <= Spelling.nameByteCountMax, !name.utf8.contains(0) else {
            throw Malformed(
                advice: "a name has more than \(Spelling.nameByteCountMax) bytes, or a NUL"
            )
        }
        return name
    }

    private mutating func plainName() -> String {
        let word = rest.prefix { scalar in
            guard let byte = UInt8(exactly: scalar.value) else { return false }
            return Spelling.isLetter(byte) || Spelling.isDigit(byte) || scalar == "_"
                || scalar == "$"
        }
        guard let first = word.first, first == "_" || first.properties.isAlphabetic else {
            return ""
        }
        rest = rest[word.endIndex...]
        return String(String.UnicodeScalarView(word))
    }

    private mutating func quotedName() throws(Malformed) -> String {
        rest = rest.dropFirst()
        var name = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            guard scalar == "\"" else {
                name.append(scalar)
                continue
            }
            guard rest.first == "\"" else { return String(name) }
            name.append(scalar)
            rest = rest.dropFirst()
        }
        throw Malformed(advice: "a double quote is not closed")
    }

    private func unexpected() -> Malformed {
        let text = String(String.UnicodeScalarView(rest.drop { $0 == " " }).prefix(30))
        guard !text.isEmpty else {
            return Malformed(advice: "it ends where a name is expected")
        }
        return Malformed(
            advice:
                "`\(text)` is no name; what is not letters, digits and _ stands in double quotes"
        )
    }
}
