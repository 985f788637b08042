/// How names are spelled.
enum Spelling {
    /// Bytes that a name of PostgreSQL has.
    static let nameByteCountMax = 63

    /// Names that SQL or PL/pgSQL take as something else, so that a rule could not use a parameter
    /// of that name.
    private static let reservedNames: Set<String> = Set(
        """
        all analyse analyze and any array as asc asymmetric authorization binary both case cast
        check collate collation column concurrently constraint create cross current_catalog
        current_date current_role current_schema current_time current_timestamp current_user
        default deferrable desc distinct do else end except false fetch for foreign freeze from
        full grant group having ilike in initially inner intersect into is isnull join lateral
        leading left like limit localtime localtimestamp natural not notnull null offset on only
        or order outer overlaps placing primary references returning right select session_user
        similar some symmetric system_user table tablesample then to trailing true union unique
        user using variadic verbose when where window with
        between bigint bit boolean char character coalesce dec decimal exists extract float
        greatest grouping inout int integer interval least national nchar none normalize nullif
        numeric out overlay position precision real row setof smallint substring time timestamp
        treat trim values varchar
        found sqlerrm sqlstate begin declare
        """.split { $0 == " " || $0 == "\n" }.map(String.init)
    )

    /// Whether a rule that has the name would mean something else.
    static func isReserved(_ name: String) -> Bool {
        reservedNames.contains(name) || name.hasPrefix("waypost_")
    }

    /// Whether a parameter may be called so: rules use the name as it is, without quotes.
    static func isParameter(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= nameByteCountMax else { return false }
        return isLowerCase(first)
            && name.utf8.allSatisfy { isLowerCase($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    /// Whether a byte is a letter of ASCII.
    static func isLetter(_ byte: UInt8) -> Bool {
        isLowerCase(byte) || isLowerCase(byte | 0x20) && byte < 0x60
    }

    /// Whether a byte is a digit of ASCII.
    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isLowerCase(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}
