/// A text with places to fill in: `{session}`, `{group}`, `{session_uuid}`, `{group_uuid}`,
/// `{number}` and `{mark}`.
///
/// The UUID of a number is `10ad0000-0000-4000-8000-` (sessions) or `10ad0000-0000-4000-9000-`
/// (groups) and the number in twelve hexadecimal digits, so that SQL can make the same.
public struct Template: Hashable, Sendable {
    /// As in the file.
    public let text: String

    /// The places that depend on a session.
    static let sessionPlaces = ["session", "group", "session_uuid", "group_uuid"]

    /// The places that depend on a group alone.
    static let groupPlaces = ["group", "group_uuid"]

    /// The places of a writer's statement.
    static let statementPlaces = ["group", "group_uuid", "number", "mark"]

    /// All places.
    static let places = sessionPlaces + ["number", "mark"]

    /// Makes a template.
    ///
    /// - Parameter text: What it is made of; checked when a scenario is read.
    public init(_ text: String) { self.text = text }

    /// Fills the places in; whatever else stands in braces stays.
    ///
    /// - Parameters:
    ///   - session: The session's number, from 1.
    ///   - group: The group's number.
    ///   - number: The write's number, from 1.
    ///   - mark: The mark's text.
    /// - Returns: The text.
    public func filled(session: Int, group: Int, number: UInt64 = 0, mark: String = "") -> String {
        Self.replacingPlaces(in: text) { place in
            switch place {
            case "session": "\(session)"
            case "group": "\(group)"
            case "session_uuid": Self.uuid(session, "8000")
            case "group_uuid": Self.uuid(group, "9000")
            case "number": "\(number)"
            case "mark": mark
            default: nil
            }
        }
    }

    /// Replaces `{name}` wherever a name of small letters, digits and `_` stands in braces.
    ///
    /// Braces of JSON and of arrays in SQL are no such places, unless they hold nothing but a name.
    static func replacingPlaces(
        in text: String,
        _ replacement: (_ name: Substring) -> String?
    ) -> String {
        var filled = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            let name = rest[rest.index(after: open)...].prefix { isOfName($0) }
            let isPlace = rest[name.endIndex...].first == "}"
            guard isPlace, !name.isEmpty, let value = replacement(name) else {
                filled += rest[...open]
                rest = rest[rest.index(after: open)...]
                continue
            }
            filled += rest[..<open]
            filled += value
            rest = rest[rest.index(after: name.endIndex)...]
        }
        return filled + rest
    }

    private static func isOfName(_ letter: Character) -> Bool {
        letter.isASCII && (letter.isLowercase || letter.isNumber || letter == "_")
    }

    private static func uuid(_ number: Int, _ kind: String) -> String {
        let digits = String(number, radix: 16)
        let zeros = String(repeating: "0", count: max(0, 12 - digits.count))
        return "10ad0000-0000-4000-\(kind)-\(zeros)\(digits)"
    }
}
