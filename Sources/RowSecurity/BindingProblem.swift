/// Why bindings cannot be served: the error that Supabase's trigger would raise.
public struct BindingProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The SQLSTATE; `P0001` where the trigger raises itself, PostgreSQL's own for a value that is
    /// none of the column's type.
    public let sqlState: String

    /// The message, such as `invalid column for filter nope`.
    public let message: String

    /// Describes a problem.
    ///
    /// - Parameters:
    ///   - sqlState: The SQLSTATE. Default `P0001`.
    ///   - message: The message.
    public init(sqlState: String = "P0001", message: String) {
        self.sqlState = sqlState
        self.message = message
    }

    /// As it stands behind `Exception: ` on the wire, such as
    /// `ERROR P0001 (raise_exception) invalid column for filter nope`.
    public var text: String {
        guard let name = Self.conditionNames[sqlState] else {
            return "ERROR \(sqlState) \(message)"
        }
        return "ERROR \(sqlState) (\(name)) \(message)"
    }

    /// The message alone.
    public var description: String { message }

    /// PostgreSQL's names of the conditions that casting a value can end in.
    private static let conditionNames = [
        "P0001": "raise_exception",
        "0A000": "feature_not_supported",
        "22001": "string_data_right_truncation",
        "22003": "numeric_value_out_of_range",
        "22007": "invalid_datetime_format",
        "22008": "datetime_field_overflow",
        "2200M": "invalid_xml_document",
        "2200N": "invalid_xml_content",
        "22009": "invalid_time_zone_displacement_value",
        "22015": "interval_field_overflow",
        "22021": "character_not_in_repertoire",
        "22023": "invalid_parameter_value",
        "2202E": "array_subscript_error",
        "22026": "string_data_length_mismatch",
        "22000": "data_exception",
        "22P02": "invalid_text_representation",
        "22P03": "invalid_binary_representation",
        "22P05": "untranslatable_character",
        "23502": "not_null_violation",
        "23514": "check_violation",
        "42501": "insufficient_privilege",
        "42704": "undefined_object",
        "42883": "undefined_function",
        "54000": "program_limit_exceeded",
        "57014": "query_canceled",
    ]
}
