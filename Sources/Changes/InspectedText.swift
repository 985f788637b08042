import Wire

/// Writes values as the official error texts show them.
enum InspectedText {
    /// A string between quotes.
    static func string(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append("\"")
        var isAfterHash = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": scalars.append(contentsOf: "\\\(scalar)".unicodeScalars)
            case "\n": scalars.append(contentsOf: "\\n".unicodeScalars)
            case "\r": scalars.append(contentsOf: "\\r".unicodeScalars)
            case "\t": scalars.append(contentsOf: "\\t".unicodeScalars)
            case "\0": scalars.append(contentsOf: "\\0".unicodeScalars)
            case "{" where isAfterHash:
                scalars.removeLast()
                scalars.append(contentsOf: "\\#{".unicodeScalars)
            default: scalars.append(scalar)
            }
            isAfterHash = scalar == "#"
        }
        scalars.append("\"")
        return String(scalars)
    }

    /// A list of strings.
    static func list(_ texts: [String]) -> String {
        "[\(texts.map(string).joined(separator: ", "))]"
    }

    /// A value that came as JSON.
    static func value(_ json: JSON) -> String {
        switch json {
        case .null: "nil"
        case .bool(let bool): bool ? "true" : "false"
        case .number(let digits): digits
        case .string(let text): string(text)
        case .array(let elements): "[\(elements.map(value).joined(separator: ", "))]"
        case .object(let members): "%{\(sorted(members).map(member).joined(separator: ", "))}"
        }
    }

    private static func member(_ member: JSON.Member) -> String {
        "\(string(member.key)) => \(value(member.value))"
    }

    private static func sorted(_ members: [JSON.Member]) -> [JSON.Member] {
        members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}
