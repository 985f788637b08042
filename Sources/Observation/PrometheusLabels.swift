/// The labels of one series, as they are written: sorted, escaped, in braces.
struct PrometheusLabels: Hashable, Sendable {
    /// `a="1",b="2"`, without braces; empty where there are no labels.
    let text: String

    /// The values, by the labels' names.
    let dimensions: [(String, String)]

    static func == (first: Self, second: Self) -> Bool { first.text == second.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }

    init(_ dimensions: [(String, String)]) {
        self.dimensions = dimensions
        text =
            dimensions
            .map { (Self.name($0.0), $0.1) }
            .sorted { $0.0 < $1.0 }
            .map { "\($0.0)=\"\(Self.escapedValue($0.1))\"" }
            .joined(separator: ",")
    }

    /// The labels in braces, with one more if given; nothing where there are none.
    func braced(with extra: String? = nil) -> String {
        let parts = [text, extra ?? ""].filter { !$0.isEmpty }
        return parts.isEmpty ? "" : "{\(parts.joined(separator: ","))}"
    }

    /// A name as the format allows it: letters, digits, `_` and `:`, not beginning with a digit.
    static func name(_ text: String) -> String {
        var name = String(
            text.unicodeScalars.map { scalar -> Character in
                let isPlain =
                    scalar.isASCII
                    && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                return isPlain || scalar == "_" || scalar == ":" ? Character(scalar) : "_"
            }
        )
        if name.first.map(\.isNumber) ?? true { name = "_" + name }
        return name
    }

    static func escapedHelp(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func escapedValue(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"": escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
