/// A text with places to fill in: `{session}`, `{group}`, `{session_uuid}`, `{group_uuid}`, `{number}`
/// and `{mark}`.
///
/// The UUID of a number is `10ad0000-0000-4000-8000-` (sessions) or `10ad0000-0000-4000-9000-`
/// (groups) and the number in twelve hexadecimal digits, so that SQL can make the same.
public struct Template: Hashable, Sendable {
    /// As in the file.
    public let text: String

    /// Makes a template.
    ///
    /// - Parameter text: What it is made of; checked when a scenario is read.
    public init(_ text: String) { self.text = text }

    /// Fills the places in.
    ///
    /// - Parameters:
    ///   - session: The session's number, from 1.
    ///   - group: The group's number.
    ///   - number: The write's number, from 1.
    ///   - mark: The mark's text.
    /// - Returns: The text.
    public func filled(session: Int, group: Int, number: UInt64 = 0, mark: String = "") -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            rest = rest[open...]
            guard let close = rest.firstIndex(of: "}") else { break }
            switch rest[rest.index(after: open)..<close] {
            case "session": result += "\(session)"
            case "group": result += "\(group)"
            case "session_uuid": result += Self.uuid(session, "8000")
            case "group_uuid": result += Self.uuid(group, "9000")
            case "number": result += "\(number)"
            case "mark": result += mark
            default: result += rest[...close]
            }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private static func uuid(_ number: Int, _ kind: String) -> String {
        let digits = String(number, radix: 16)
        let zeros = String(repeating: "0", count: max(0, 12 - digits.count))
        return "10ad0000-0000-4000-\(kind)-\(zeros)\(digits)"
    }
}
