/// Why bytes are not JSON as RFC 8259 defines it, or not JSON that the gateway takes.
///
/// Offsets count bytes from the start of the text. None of the text itself is kept, so the error
/// can be logged.
public enum MalformedJSON: Error, Hashable, Sendable {
    /// The text ends inside a value.
    case endsEarly

    /// A byte stands where the grammar does not allow it.
    case unexpectedByte(offset: Int)

    /// A string holds a byte below 0x20 that had to be escaped.
    case controlByte(offset: Int)

    /// A backslash is not followed by one of the nine escapes.
    case invalidEscape(offset: Int)

    /// An escape names one half of a surrogate pair.
    ///
    /// The grammar allows it, but no UTF-8 can say it: PostgreSQL and several libraries fail on
    /// such a text, so it goes no further than here.
    case loneSurrogate(offset: Int)

    /// A string holds bytes that are not UTF-8.
    case invalidUTF8(offset: Int)

    /// Arrays and objects are nested deeper than allowed.
    case tooDeep(offset: Int)
}
