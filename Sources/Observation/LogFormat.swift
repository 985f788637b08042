import FoundationEssentials
import Logging

/// How a log line looks.
public enum LogFormat: String, CaseIterable, Sendable {
    /// One JSON object with the fields `time`, `level`, `message` and `metadata`, for collectors.
    case json

    /// Time of day, level, message and metadata, for people at a terminal.
    case plain

    func line(
        time: Date,
        level: Logger.Level,
        message: String,
        metadata: Logger.Metadata
    ) -> String {
        let entries = metadata.sorted { $0.key < $1.key }
        let stamp = time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        switch self {
        case .json:
            let members = entries.map { "\(Self.quoted($0.key)):\(Self.json($0.value))" }
            return "{\"time\":\(Self.quoted(stamp)),\"level\":\(Self.quoted(level.rawValue)),"
                + "\"message\":\(Self.quoted(message)),"
                + "\"metadata\":{\(members.joined(separator: ","))}}\n"
        case .plain:
            let pairs = entries.map { " \($0.key)=\(Self.oneLine("\($0.value)"))" }
            let clock = stamp.dropFirst(11).prefix(12)
            return "\(clock) \(level.rawValue.uppercased()) \(Self.oneLine(message))"
                + pairs.joined() + "\n"
        }
    }

    private static func json(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): quoted(text)
        case .stringConvertible(let value): quoted(value.description)
        case .array(let values): "[\(values.map(json).joined(separator: ","))]"
        case .dictionary(let members):
            "{"
                + members.sorted { $0.key < $1.key }
                .map { "\(quoted($0.key)):\(json($0.value))" }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// The text with control characters as dots: one line stays one line, and no escape sequence
    /// reaches a terminal.
    private static func oneLine(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            scalar.properties.generalCategory == .control ? "." : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
