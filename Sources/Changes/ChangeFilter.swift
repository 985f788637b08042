/// One condition of a binding on the values of a change, such as `status=not.in.(a,b)`.
public struct ChangeFilter: Hashable, Sendable {
    /// How a column is compared.
    public enum Comparison: String, CaseIterable, Sendable {
        case eq, neq, lt, lte, gt, gte, `in`, like, ilike, match, imatch, `is`, isdistinct
    }

    /// The column's name, not quoted.
    public let column: String

    /// How it is compared.
    public let comparison: Comparison

    /// What it is compared with: any number of values for `in`, else one, as text in the column's
    /// input syntax.
    public let values: [String]

    /// Whether the opposite is meant (`not.`).
    public let isNegated: Bool

    /// Describes a condition.
    ///
    /// - Parameters:
    ///   - column: The column's name.
    ///   - comparison: How it is compared.
    ///   - values: What it is compared with.
    ///   - isNegated: Whether the opposite is meant.
    public init(column: String, comparison: Comparison, values: [String], isNegated: Bool = false) {
        self.column = column
        self.comparison = comparison
        self.values = values
        self.isNegated = isNegated
    }
}
