import Topics
import Wire

/// Writes the types of topics' messages in TypeScript.
struct TypeScriptTypes {
    private var names = TypeNames(
        taken: ["Json", "RowInsert", "RowUpdate", "RowDelete", "RowChange"]
    )
    private var lines: [String] = []

    /// All families' types, as one module.
    static func text(_ contract: TypedContract) -> String {
        var types = TypeScriptTypes()
        for family in contract.families { types.add(family) }
        return head + types.lines.joined(separator: "\n") + "\n"
    }

    private static let head = """
        // Made by `waypost topics types --language typescript`. Make it again rather than edit it.

        export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

        export type RowInsert<Schema, Table, Row> = {
          id: string; operation: "INSERT"; schema: Schema; table: Table;
          record: Row; old_record: null;
        };
        export type RowUpdate<Schema, Table, Row> = {
          id: string; operation: "UPDATE"; schema: Schema; table: Table;
          record: Row; old_record: Row;
        };
        /** A row that is gone, or that moved to another topic. */
        export type RowDelete<Schema, Table, Row> = {
          id: string; operation: "DELETE"; schema: Schema; table: Table;
          record: null; old_record: Row; moved?: true;
        };


        """

    private mutating func add(_ typed: TypedContract.Family) {
        let family = typed.family
        let summary = family.summary.isEmpty ? "" : " \(Self.comment(family.summary))"
        lines.append("/** \(family.pattern):\(summary) */")
        let parts = family.pattern.parameters.map { parameter in
            parameter.type == .bigint ? "${bigint}" : "${string}"
        }
        let topic = names.type(family.name, "topic")
        lines.append("export type \(topic) = `\(([family.name] + parts).joined(separator: ":"))`;")
        var changes: [String] = []
        for audience in typed.audiences {
            changes.append(add(audience, of: family))
        }
        if typed.audiences.contains(where: { $0.name != nil }) {
            let union = changes.isEmpty ? "never" : changes.joined(separator: " | ")
            lines.append("export type \(names.type(family.name, "change")) = \(union);")
        }
        let broadcast = names.type(family.name, "broadcast_name")
        lines.append("export type \(broadcast) = \(Self.union(family.broadcast.names));")
        let presence = names.type(family.name, "presence")
        let entry = "Record<string, (Payload & { phx_ref: string })[]>"
        lines.append(
            "export type \(presence)<Payload = { [key: string]: Json }> = "
                + (family.presence.isEnabled ? entry : "never") + ";"
        )
        lines.append("")
    }

    /// Adds the rows that a class of readers sees, and answers the name of all their changes.
    private mutating func add(
        _ audience: TypedContract.Audience,
        of family: TopicFamily
    ) -> String {
        let reader = audience.name ?? ""
        var changes: [String] = []
        for row in audience.rows {
            let table = row.table
            let schema = table.schema == "public" ? "" : table.schema
            let name = names.type(family.name, reader, schema, table.name, "row")
            lines.append("export interface \(name) {")
            for column in row.columns {
                lines.append("  \(Self.quoted(column.name)): \(Self.type(column));")
            }
            lines.append("}")
            let arguments =
                "<\(Self.quoted(table.schema)), \(Self.quoted(table.name)), \(name)>"
            for operation in FamilyChange.Operation.allCases
            where row.operations.contains(operation) {
                changes.append(Self.kind(operation) + arguments)
            }
        }
        let name = names.type(family.name, reader, "change")
        guard !changes.isEmpty else {
            lines.append("export type \(name) = never;")
            return name
        }
        lines.append("export type \(name) =")
        lines.append(changes.map { "  | \($0)" }.joined(separator: "\n") + ";")
        return name
    }

    private static func kind(_ operation: FamilyChange.Operation) -> String {
        switch operation {
        case .insert: "RowInsert"
        case .update: "RowUpdate"
        case .delete: "RowDelete"
        }
    }

    private static func type(_ column: TypedContract.Column) -> String {
        let one =
            switch column.type {
            case .truth: "boolean"
            case .smallNumber, .number, .fraction: "number"
            // NaN and the infinities have no number in JSON.
            case .decimal: "number"
            case .text: "string"
            case .json: "Json"
            case .oneOf(let labels): labels.map(quoted).joined(separator: " | ")
            }
        let many = column.isArray ? "(\(one) | null)[]" : one
        return column.isNullable ? "\(many) | null" : many
    }

    private static func union(_ names: Set<String>?) -> String {
        guard let names else { return "string" }
        return names.isEmpty ? "never" : names.sorted().map(quoted).joined(separator: " | ")
    }

    /// A text as JSON has it, which TypeScript reads the same way.
    private static func quoted(_ text: String) -> String {
        JSON.string(text).text.text
    }

    private static func comment(_ text: String) -> String {
        text.split { $0.isNewline }.joined(separator: " ").replacing("*/", with: "* /")
    }
}
