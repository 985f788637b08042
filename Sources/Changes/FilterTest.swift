import Topics
import Wire

/// A condition made ready for one column: what can be decided here, exactly as PostgreSQL would.
///
/// Whole numbers, truth values, UUIDs and text have one way to be written in a change, so that
/// their bytes decide whether they are equal. The order of texts, patterns and all other types are
/// the database's.
struct FilterTest {
    /// What a condition says of a value.
    enum Finding: Equatable {
        case holds
        /// It does not hold, or nobody can say: NULL is neither equal to anything nor different.
        case fails
        /// The database has to be asked.
        case open
    }

    private enum Check {
        case number(ChangeFilter.Comparison, [Int64])
        case text(ChangeFilter.Comparison, Set<ExactText>)
        case state(JSONText)
        case open
    }

    let column: String
    private let isNegated: Bool
    private let check: Check

    init(_ filter: ChangeFilter, type: UInt32) {
        column = filter.column
        isNegated = filter.isNegated
        check = Self.check(filter, type: type)
    }

    /// Whether the condition can be decided without the database.
    var isExact: Bool {
        if case .open = check { return false }
        return true
    }

    /// The values one of which a row must have, as they stand in a change; nil where the condition
    /// says something else.
    var values: Set<ExactText>? {
        guard !isNegated else { return nil }
        switch check {
        case .number(.eq, let numbers), .number(.in, let numbers):
            return Set(numbers.map { ExactText(String($0)) })
        case .text(.eq, let texts), .text(.in, let texts): return texts
        default: return nil
        }
    }

    /// Decides about a value; nil is a column that the change does not have.
    func finding(_ value: ArraySlice<UInt8>?) -> Finding {
        guard let value else { return .fails }
        switch check {
        case .open: return .open
        case .state(let state):
            return (value.elementsEqual(state.bytes) != isNegated) ? .holds : .fails
        case .number(let comparison, let numbers):
            let number = Self.isNull(value) ? nil : Int64(Self.text(value))
            if number == nil, !Self.isNull(value) { return .open }
            return said(comparison, number.map { Self.compare($0, comparison, numbers) })
        case .text(let comparison, let texts):
            guard let text = Self.key(value) else { return said(comparison, nil) }
            let isOne = texts.contains(text)
            return said(
                comparison,
                comparison == .neq || comparison == .isdistinct ? !isOne : isOne
            )
        }
    }

    /// What stands in a change, as it is looked up: a string's inside, or the digits; nil for NULL.
    static func key(_ value: ArraySlice<UInt8>) -> ExactText? {
        guard !isNull(value) else { return nil }
        guard value.first == UInt8(ascii: "\"") else { return ExactText(text(value)) }
        return JSONText(trusted: Array(value)).stringValue.map(ExactText.init)
    }

    /// Turns a comparison's truth, nil for unknown, into a finding.
    private func said(_ comparison: ChangeFilter.Comparison, _ truth: Bool?) -> Finding {
        // NULL is distinct from every value, and known not to be in an empty list.
        let known = truth ?? (comparison == .isdistinct ? true : isListEmpty ? false : nil)
        guard let known else { return .fails }
        return known != isNegated ? .holds : .fails
    }

    private var isListEmpty: Bool {
        switch check {
        case .number(.in, let numbers): numbers.isEmpty
        case .text(.in, let texts): texts.isEmpty
        default: false
        }
    }

    private static func compare(
        _ number: Int64,
        _ comparison: ChangeFilter.Comparison,
        _ others: [Int64]
    ) -> Bool {
        switch comparison {
        case .lt: number < others[0]
        case .lte: number <= others[0]
        case .gt: number > others[0]
        case .gte: number >= others[0]
        case .neq, .isdistinct: number != others[0]
        default: others.contains(number)
        }
    }

    private static func check(_ filter: ChangeFilter, type: UInt32) -> Check {
        let comparison = filter.comparison
        if comparison == .is {
            switch filter.values[0] {
            case "null", "unknown": return .state(.null)
            case "true" where type == TypeOID.bool:
                return .state(JSONText(trusted: Array("true".utf8)))
            case "false" where type == TypeOID.bool:
                return .state(JSONText(trusted: Array("false".utf8)))
            default: return .open
            }
        }
        if [TypeOID.int2, TypeOID.int4, TypeOID.int8].contains(type) {
            guard ![.like, .ilike, .match, .imatch].contains(comparison) else { return .open }
            let numbers = filter.values.compactMap(number)
            guard numbers.count == filter.values.count else { return .open }
            return .number(comparison, numbers)
        }
        guard [.eq, .neq, .in, .isdistinct].contains(comparison) else { return .open }
        let texts = filter.values.compactMap { canonical($0, type: type) }
        guard texts.count == filter.values.count else { return .open }
        return .text(comparison, Set(texts.map(ExactText.init)))
    }

    /// A value as it stands in changes; nil where only PostgreSQL knows how it is meant.
    private static func canonical(_ value: String, type: UInt32) -> String? {
        switch type {
        case TypeOID.text, TypeOID.varchar: return value
        case TypeOID.bool:
            return ["t": "true", "true": "true", "f": "false", "false": "false"][value]
        case TypeOID.uuid:
            let bytes = Array(value.utf8)
            let isUUID =
                bytes.count == 36
                && bytes.enumerated().allSatisfy { place, byte in
                    [8, 13, 18, 23].contains(place)
                        ? byte == UInt8(ascii: "-") : hexadecimalDigits.contains(byte)
                }
            return isUUID ? value.lowercased() : nil
        default: return nil
        }
    }

    /// Reads what PostgreSQL of every version reads as the same number.
    private static func number(_ text: String) -> Int64? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }

    private static func isNull(_ value: ArraySlice<UInt8>) -> Bool {
        value.elementsEqual(JSONText.null.bytes)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    private static let hexadecimalDigits = Set("0123456789abcdefABCDEF".utf8)
}

/// The numbers that PostgreSQL's own types have in every database.
enum TypeOID {
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let text: UInt32 = 25
    static let varchar: UInt32 = 1_043
    static let uuid: UInt32 = 2_950
}
