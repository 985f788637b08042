/// Names and texts as SQL spells them.
///
/// Works on Unicode scalars: in a `String`, a quotation mark followed by a combining accent is one
/// character that equals no quotation mark, and would slip through.
public enum SQLText {
    /// Quotes a name, so that it means exactly itself.
    ///
    /// PostgreSQL has no NUL: one in `name` becomes U+FFFD, so that the name fits nothing rather
    /// than its own first half.
    ///
    /// - Parameter name: Any text. Beyond 63 bytes PostgreSQL cuts it off.
    /// - Returns: The name between double quotes.
    public static func identifier(_ name: String) -> String {
        quoted(name, by: "\"")
    }

    /// Quotes a name with the schema that it lies in.
    ///
    /// - Parameters:
    ///   - schema: The schema's name.
    ///   - name: The name within the schema.
    /// - Returns: Both names between double quotes, joined by a dot.
    public static func identifier(schema: String, name: String) -> String {
        "\(identifier(schema)).\(identifier(name))"
    }

    /// Quotes a text, whatever `standard_conforming_strings` says.
    ///
    /// - Parameter text: Any text; a NUL becomes U+FFFD.
    /// - Returns: A string constant. It begins with a space and `E` when the text has a backslash.
    public static func literal(_ text: String) -> String {
        guard text.unicodeScalars.contains("\\") else { return quoted(text, by: "'") }
        var doubled = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\\" { doubled.append(scalar) }
            doubled.append(scalar)
        }
        return " E" + quoted(String(doubled), by: "'")
    }

    /// Encloses a function's body in dollar quotes whose tag is not in it.
    ///
    /// - Parameter body: Any text; a NUL becomes U+FFFD.
    /// - Returns: A string constant with the body as it is.
    public static func body(_ body: String) -> String {
        let body = withoutNUL(body)
        var tag = "$waypost$"
        var attempt = 0
        while contains(body, tag) {
            attempt += 1
            tag = "$waypost\(attempt)$"
        }
        return "\(tag)\n\(body)\n\(tag)"
    }

    private static func quoted(_ text: String, by mark: Unicode.Scalar) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(mark)
        for scalar in withoutNUL(text).unicodeScalars {
            if scalar == mark { scalars.append(mark) }
            scalars.append(scalar)
        }
        scalars.append(mark)
        return String(scalars)
    }

    private static func withoutNUL(_ text: String) -> String {
        guard text.utf8.contains(0) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            scalars.append(scalar == "\0" ? "\u{FFFD}" : scalar)
        }
        return String(scalars)
    }

    private static func contains(_ text: String, _ part: String) -> Bool {
        let part = Array(part.utf8)
        var rest = text.utf8[...]
        while let start = rest.firstIndex(of: part[0]) {
            rest = rest[start...]
            if rest.starts(with: part) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
