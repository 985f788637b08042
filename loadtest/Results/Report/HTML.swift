/// Text and tables as HTML.
enum HTML {
    /// A text that means nothing in HTML, in an element or a quoted attribute.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            // Not allowed in a page, and a terminal's escape sequences are nothing to read.
            case "\u{0}"..<"\u{9}", "\u{b}"..<"\u{20}", "\u{7f}"..<"\u{a0}": escaped += "\u{fffd}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A cell of a table.
    struct Cell {
        var html: String
        var isNumber = false

        static func text(_ text: String) -> Cell { Cell(html: escaped(text)) }

        static func code(_ text: String) -> Cell { Cell(html: "<code>\(escaped(text))</code>") }

        static func number(_ text: String) -> Cell { Cell(html: escaped(text), isNumber: true) }

        /// A word with a sign, so that it can be told apart without colours.
        static func mark(isGood: Bool, _ text: String) -> Cell {
            let kind = isGood ? "good" : "bad"
            let sign = isGood ? "✓" : "✕"
            return Cell(html: "<span class=\"\(kind)\">\(sign) \(escaped(text))</span>")
        }
    }

    /// A table whose first column names the rows.
    static func table(_ heads: [String], _ rows: [[Cell]]) -> String {
        let isNumber = heads.indices.map { column in
            rows.contains { column < $0.count && $0[column].isNumber }
        }
        let head = zip(heads, isNumber).map { text, isNumber in
            "<th scope=\"col\"\(isNumber ? " class=\"n\"" : "")>\(escaped(text))</th>"
        }
        let body = rows.map { row in
            let cells = row.enumerated().map { column, cell in
                column == 0
                    ? "<th scope=\"row\">\(cell.html)</th>"
                    : "<td\(cell.isNumber ? " class=\"n\"" : "")>\(cell.html)</td>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return """
            <div class="table"><table><thead><tr>\(head.joined())</tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody></table></div>

            """
    }

    /// A section with a heading.
    static func section(_ title: String, _ content: String) -> String {
        "<section>\n<h2>\(escaped(title))</h2>\n\(content)</section>\n"
    }
}
