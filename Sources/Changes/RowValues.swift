import Topics
import Wire

/// The values of one row by column, cut from an object that PostgreSQL wrote.
///
/// PostgreSQL nests as deep as it likes and is trusted to write valid JSON, so this looks for
/// commas and braces only. Blanks between the parts are left out.
struct RowValues {
    private let bytes: [UInt8]
    private var places: [ExactText: Range<Int>] = [:]

    /// Cuts an object; anything else, and nil, is a row without values.
    init(_ object: JSONText?) {
        guard let object, object.isObject else {
            bytes = []
            return
        }
        var compact: [UInt8] = []
        compact.reserveCapacity(object.bytes.count)
        var places: [ExactText: Range<Int>] = [:]
        var depth = 0
        var isQuoted = false
        var isEscaped = false
        var memberStart = 1
        var valueStart: Int?
        func close() {
            guard let start = valueStart else { return }
            places[Self.name(compact[memberStart..<(start - 1)])] = start..<compact.count
            valueStart = nil
        }
        for byte in object.bytes {
            if isQuoted {
                if isEscaped {
                    isEscaped = false
                } else if byte == Self.backslash {
                    isEscaped = true
                } else if byte == Self.quote {
                    isQuoted = false
                }
                compact.append(byte)
                continue
            }
            switch byte {
            case 0x20, 0x09, 0x0A, 0x0D: continue
            case Self.quote: isQuoted = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { close() }
            case UInt8(ascii: ",") where depth == 1:
                close()
                memberStart = compact.count + 1
            case UInt8(ascii: ":") where depth == 1 && valueStart == nil:
                valueStart = compact.count + 1
            default: break
            }
            compact.append(byte)
        }
        bytes = compact
        self.places = places
    }

    /// A column's value as JSON without blanks; nil where the row has no such column.
    subscript(column: String) -> ArraySlice<UInt8>? {
        places[ExactText(column)].map { bytes[$0] }
    }

    private static func name(_ quoted: ArraySlice<UInt8>) -> ExactText {
        ExactText(JSONText(trusted: Array(quoted)).stringValue ?? "")
    }

    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")
}
