/// Texts that mean something to SQL, JSON, terminals or eyes, and must mean nothing to us.
public enum HostileTexts {
    /// What ends or opens something in SQL, or in what builds it.
    public static let breaking = [
        "'", "''", "\"", "\"\"", "\\", "\\'", "E'\\''", "';SELECT 1/0;--", "\");SELECT 1/0;--",
        "' OR '1'='1", "1 OR 1=1", "1); DROP TABLE realtime.messages; --", "$$", "$1", "$waypost$",
        "$waypost$; SELECT 1/0; $waypost$", "%s%I%L", "{}", "{\"a\":1}", "\"}", "{\\\"", "[1,2]",
        "NULL", "null", "--", "/*", "*/", "/* */", ";", ",", "(", ")", "()", "::", ":", "::bigint",
        "\\.", "\\copy", "\\x00", "a\nb", "a\r\nb", "\t", "\u{1}", "\u{7F}", "\u{1B}[2J",
        "U&'\\0027'", "\u{27}\u{301}", "\"\u{308}",
    ]

    /// What looks like something else, or turns it round.
    public static let misleading = [
        "\u{202E}1:pirt", "\u{2066}trip\u{2069}", "trip\u{200B}", "\u{FEFF}trip", "tr\u{131}p",
        "\u{FF34}\u{FF32}\u{FF29}\u{FF30}", "\u{1D42D}rip", "\u{2019}", "\u{FF07}", "\u{2BC}",
        "\u{FF02}", "\u{FF1B}", "\u{FF1A}", "\u{661}", "\u{FF11}", "e\u{301}", "\u{E9}",
        "\u{1F468}\u{200D}\u{1F469}", "\u{FFFD}", "\u{10FFFF}",
    ]

    /// Both.
    public static let all = breaking + misleading

    /// A text of ten kilobytes made of another.
    public static func long(_ text: String) -> String {
        let count = 10_240 / max(1, text.utf8.count) + 1
        return String(repeating: text, count: count)
    }
}
