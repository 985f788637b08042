/// The columns of a table that leave the database.
///
/// What is not sent is never copied to the outbox either.
public enum SentColumns: Hashable, Sendable {
    /// Every column but these, and also those that are added to the table later.
    case except([String])
    /// These columns, in this order, and no other.
    case only([String])

    /// Every column.
    public static let all = Self.except([])

    /// Says whether a column is sent.
    ///
    /// - Parameter column: The column's name, not quoted.
    /// - Returns: Whether its values leave the database.
    public func contains(_ column: String) -> Bool {
        switch self {
        case .except(let columns): !columns.contains(column)
        case .only(let columns): columns.contains(column)
        }
    }

    var named: [String] {
        switch self {
        case .except(let columns), .only(let columns): columns
        }
    }
}

extension SentColumns {
    /// What at least one of several sends, and certain columns in any case.
    ///
    /// - Parameters:
    ///   - parts: What each sends.
    ///   - key: Columns that are always sent.
    /// - Returns: Columns by exception where one of them is.
    static func union(_ parts: [[SentColumns]], with key: [String]) -> SentColumns {
        var only = key
        var except: [String]?
        for part in parts.joined() {
            switch part {
            case .only(let columns): only += columns.filter { !only.contains($0) }
            case .except(let columns):
                except = except.map { $0.filter(columns.contains) } ?? columns
            }
        }
        guard let except else { return .only(only) }
        return .except(except.filter { !only.contains($0) })
    }
}
