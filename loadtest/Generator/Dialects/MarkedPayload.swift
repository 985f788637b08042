internal import Wire

/// What a broadcast carries: a mark, and filling behind it so that the mark is found soon.
enum MarkedPayload {
    /// As a JSON object.
    static func json(mark: String, fillingByteCount: Int) -> JSONText {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(mark.utf8.count + fillingByteCount + 24)
        bytes += #"{"mark":""#.utf8
        bytes += mark.utf8
        bytes += #"","filling":""#.utf8
        bytes += repeatElement(UInt8(ascii: "x"), count: max(0, fillingByteCount))
        bytes += #""}"#.utf8
        return JSONText(trusted: bytes)
    }

    /// As nothing but itself.
    static func plain(mark: String, fillingByteCount: Int) -> [UInt8] {
        Array(mark.utf8) + repeatElement(UInt8(ascii: "x"), count: max(0, fillingByteCount))
    }
}
