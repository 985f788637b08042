/// Columns of text.
enum TextTable {
    /// Rows as lines, two spaces in, each column as wide as its widest cell.
    ///
    /// - Parameters:
    ///   - rows: Cells by row; rows may be of different length.
    ///   - rightFrom: The first column whose cells stand to the right.
    /// - Returns: The lines.
    static func lines(_ rows: [[String]], rightFrom: Int = .max) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column >= rightFrom ? space + cell : cell + space
            }
            let line = "  " + cells.joined(separator: "  ")
            return String(line.prefix(line.count - line.reversed().prefix { $0 == " " }.count))
        }
    }
}
