import Topics
public import Wire

extension ChangeBinding {
    /// Reads one entry of a join's `postgres_changes`.
    ///
    /// - Parameter json: An object as it came.
    /// - Throws: What the channel is told where it cannot be taken.
    public init(parsing json: JSONText) throws(ChangesNotice) {
        let entry = (try? JSON(parsing: json.bytes)) ?? .object([])
        let columns = try Self.columns(entry)
        let schema = entry.field("schema")
        let table = entry.field("table")
        let filter = entry.field("filter")
        let names: (schema: String, table: String)
        switch (schema, table) {
        case (.string(let schema)?, .string(let table)?): names = (schema, table)
        case (.string(let schema)?, nil) where filter == nil: names = (schema, "*")
        case (nil, .string(let table)?) where filter == nil: names = ("public", table)
        default: throw .tableMissing(Self.inspected(entry))
        }
        let operation = Self.operation(entry["event"])
        let filters = try Self.filters(filter, operation, names, columns, entry)
        if columns != nil, names.schema == "*" || names.table == "*" { throw .selectOnWildcard }
        self.init(
            operation: operation,
            schema: names.schema == "*" ? nil : names.schema,
            table: names.table == "*" ? nil : names.table,
            filters: filters,
            columns: columns
        )
    }

    /// The binding as the official error texts show it.
    public var inspected: String {
        let filters = filters.map { filter in
            let value =
                filter.comparison == .in ? ArrayText.text(filter.values) : filter.values[0]
            let texts = [filter.column, filter.comparison.rawValue, value]
            return "{\(texts.map(InspectedText.string).joined(separator: ", ")), "
                + "\(filter.isNegated)}"
        }
        return "event: \(operation?.rawValue ?? "*"), schema: \(schema ?? "*"), "
            + "table: \(table ?? "*"), filters: [\(filters.joined(separator: ", "))], "
            + "select: \(columns.map(InspectedText.list) ?? "nil")"
    }

    /// Whether the binding is about a table; schema and table are patterns of SQL's LIKE.
    public func matches(_ table: PublishedTable) -> Bool {
        (schema.map { LikePattern($0).matches(table.name.schema) } ?? true)
            && (self.table.map { LikePattern($0).matches(table.name.name) } ?? true)
    }

    private static func operation(_ name: JSON?) -> ChangedRow.Operation? {
        name?.stringValue.flatMap { ChangedRow.Operation(rawValue: $0.uppercased()) }
    }

    private static func columns(_ entry: JSON) throws(ChangesNotice) -> [String]? {
        switch entry.field("select") {
        case .array(let elements):
            let names = elements.compactMap(\.stringValue)
            return names.isEmpty ? nil : names
        case .string: throw .selectMalformed
        default: return nil
        }
    }

    private static func filters(
        _ filter: JSON?,
        _ operation: ChangedRow.Operation?,
        _ names: (schema: String, table: String),
        _ columns: [String]?,
        _ entry: JSON
    ) throws(ChangesNotice) -> [ChangeFilter] {
        guard let filter else { return [] }
        guard case .string(let text) = filter else { throw .tableMissing(inspected(entry)) }
        do throws(FilterReader.Malformed) {
            return try FilterReader.filters(in: text)
        } catch {
            let exception: String
            switch error {
            case .syntax(let text): throw .filterMalformed(text)
            case .array(let text):
                exception =
                    "ERROR 22P02 (invalid_text_representation) malformed array literal: \"\(text)\""
            case .tooManyValues:
                exception =
                    "ERROR P0001 (raise_exception) too many values for `in` filter. Maximum 100"
            }
            let bare = ChangeBinding(
                operation: operation,
                schema: names.schema,
                table: names.table,
                columns: columns
            )
            throw .refused(binding: bare.inspected, exception: exception)
        }
    }

    /// What came, unless there is a token in it.
    private static func inspected(_ entry: JSON) -> String {
        guard entry["user_token"] == nil, entry["auth_token"] == nil else { return "<redacted>" }
        return InspectedText.value(entry)
    }
}

extension JSON {
    /// The value of a member; nil where it is missing or null, which some libraries write instead.
    fileprivate func field(_ key: String) -> JSON? {
        guard let value = self[key], value != .null else { return nil }
        return value
    }
}
