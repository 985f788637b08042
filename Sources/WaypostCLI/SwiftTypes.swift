import Topics
import Wire

/// Writes the types of topics' messages in Swift.
struct SwiftTypes {
    private var names = TypeNames(
        taken: ["JSONValue", "RowChange", "RowOperation", "Foundation", "Decimal", "Swift"]
    )
    private var lines: [String] = []

    /// All families' types, as one file.
    static func text(_ contract: TypedContract) -> String {
        var types = SwiftTypes()
        for family in contract.families { types.add(family) }
        return head + types.lines.joined(separator: "\n") + "\n"
    }

    private mutating func add(_ typed: TypedContract.Family) {
        let family = typed.family
        let summary = family.summary.isEmpty ? "" : ": \(Self.comment(family.summary))"
        lines.append("/// \(family.pattern)\(summary)")
        lines.append("public enum \(names.type(family.name)) {")
        addTopic(family)
        for audience in typed.audiences {
            if let name = audience.name {
                var own = TypeNames(taken: ["BroadcastName"])
                lines.append("    /// What readers of class `\(Self.comment(name))` see.")
                lines.append("    public enum \(own.type(name, "reader")) {")
                add(audience, indent: "        ")
                lines.append("    }")
            } else {
                add(audience, indent: "    ")
            }
        }
        if let names = family.broadcast.names, !names.isEmpty {
            lines += Self.enumeration("BroadcastName", names.sorted(), indent: "    ")
        }
        lines += ["}", ""]
    }

    private mutating func addTopic(_ family: TopicFamily) {
        var own = TypeNames()
        let parameters = family.pattern.parameters.map { parameter in
            (own.value(parameter.name), parameter.type == .bigint ? "Int64" : "String")
        }
        let list = parameters.map { "`\($0.0)`: \($0.1)" }.joined(separator: ", ")
        let text = ([family.name] + parameters.map { "\\(`\($0.0)`)" }).joined(separator: ":")
        lines.append("    public static func topic(\(list)) -> String { \"\(text)\" }")
    }

    /// Adds the rows that a class of readers sees, and an enumeration of their changes.
    private mutating func add(_ audience: TypedContract.Audience, indent: String) {
        var own = TypeNames(taken: ["Change", "BroadcastName", "JSONValue", "RowChange"])
        var values = TypeNames(taken: ["unknown"])
        var cases: [(name: String, type: String, table: TableName)] = []
        for row in audience.rows {
            let schema = row.table.schema == "public" ? "" : row.table.schema
            let type = own.type(schema, row.table.name, "row")
            cases.append((values.value("\(schema) \(row.table.name)"), type, row.table))
            lines += Self.row(row, named: type).map { indent + $0 }
        }
        lines += Self.change(cases).map { indent + $0 }
    }

    private static func row(_ row: TypedContract.Row, named name: String) -> [String] {
        var lines = ["public struct \(name): Codable, Hashable, Sendable {"]
        var own = TypeNames(taken: ["CodingKeys"])
        var keys: [String] = []
        var kinds: [String] = []
        for column in row.columns {
            let value = own.value(column.name)
            var type = Self.type(column.type)
            if case .oneOf(let labels) = column.type {
                type = own.type(column.name, "label")
                kinds += enumeration(type, labels, indent: "    ")
            }
            let many = column.isArray ? "[\(type)?]" : type
            lines.append("    public var `\(value)`: \(many)\(column.isNullable ? "?" : "")")
            keys.append("        case `\(value)` = \(quoted(column.name))")
        }
        lines += kinds
        if !keys.isEmpty {
            lines += ["    enum CodingKeys: String, CodingKey {"] + keys + ["    }"]
        }
        return lines + ["}"]
    }

    private static func change(
        _ cases: [(name: String, type: String, table: TableName)]
    ) -> [String] {
        var lines = ["public enum Change: Decodable, Sendable {"]
        lines += cases.map { "    case `\($0.name)`(RowChange<\($0.type)>)" }
        lines += [
            "    /// A change of a table that was not there when this was made.",
            "    case unknown(table: String)",
            "    public init(from decoder: any Decoder) throws {",
            "        let origin = try RowOrigin(from: decoder)",
            "        switch (origin.schema, origin.table) {",
        ]
        for entry in cases {
            lines += [
                "        case (\(quoted(entry.table.schema)), \(quoted(entry.table.name))):",
                "            self = .`\(entry.name)`(try RowChange(from: decoder))",
            ]
        }
        return lines + [
            "        default: self = .unknown(table: origin.table)", "        }", "    }", "}",
        ]
    }

    private static func enumeration(
        _ name: String,
        _ labels: [String],
        indent: String
    ) -> [String] {
        var own = TypeNames()
        let cases = labels.map { "    case `\(own.value($0))` = \(quoted($0))" }
        let head = "public enum \(name): String, Codable, Hashable, Sendable, CaseIterable {"
        return ([head] + cases + ["}"]).map { indent + $0 }
    }

    private static func type(_ type: TypedContract.ColumnType) -> String {
        switch type {
        case .truth: "Bool"
        case .smallNumber: "Int32"
        case .number: "Int64"
        case .fraction: "Double"
        case .decimal: "Decimal"
        case .text, .oneOf: "String"
        case .json: "JSONValue"
        }
    }

    /// A text as a literal of Swift.
    private static func quoted(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": literal += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                literal += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }

    private static func comment(_ text: String) -> String {
        text.split { $0.isNewline }.joined(separator: " ")
    }

    private static let head = """
        // Made by `waypost topics types --language swift`. Make it again rather than edit it.

        import Foundation

        /// Any JSON.
        public enum JSONValue: Codable, Hashable, Sendable {
            case null, bool(Bool), number(Double), string(String)
            case array([JSONValue]), object([String: JSONValue])

            public init(from decoder: any Decoder) throws {
                let value = try decoder.singleValueContainer()
                if value.decodeNil() {
                    self = .null
                } else if let bool = try? value.decode(Bool.self) {
                    self = .bool(bool)
                } else if let number = try? value.decode(Double.self) {
                    self = .number(number)
                } else if let string = try? value.decode(String.self) {
                    self = .string(string)
                } else if let array = try? value.decode([JSONValue].self) {
                    self = .array(array)
                } else {
                    self = .object(try value.decode([String: JSONValue].self))
                }
            }

            public func encode(to encoder: any Encoder) throws {
                var value = encoder.singleValueContainer()
                switch self {
                case .null: try value.encodeNil()
                case .bool(let bool): try value.encode(bool)
                case .number(let number): try value.encode(number)
                case .string(let string): try value.encode(string)
                case .array(let array): try value.encode(array)
                case .object(let object): try value.encode(object)
                }
            }
        }

        /// What happened to a row.
        public enum RowOperation: String, Codable, Sendable {
            case insert = "INSERT"
            case update = "UPDATE"
            case delete = "DELETE"
        }

        /// A change of a row, as a topic carries it.
        public struct RowChange<Row: Codable & Sendable>: Decodable, Sendable {
            public let id: String
            public let operation: RowOperation
            public let record: Row?
            public let oldRecord: Row?
            /// Whether the row is not gone, but belongs to another topic now.
            public let moved: Bool?

            enum CodingKeys: String, CodingKey {
                case id, operation, record, moved
                case oldRecord = "old_record"
            }
        }

        private struct RowOrigin: Decodable {
            let schema: String
            let table: String
        }


        """
}
