/// How the body of a request is told apart from what follows it.
///
/// A proxy in front of the gateway reads the same header. Where the two could disagree about where
/// a request ends, one person's bytes would become the beginning of another's request, so anything
/// that can be read in two ways is refused, and TCP ends with it.
enum BodyFraming: Equatable {
    /// There is none.
    case none

    /// So many bytes follow, 1 or more.
    case counted(Int)

    /// Chunks follow, the last one empty.
    case chunked

    /// Why a header does not say where its request ends.
    enum Malformed: Error, CaseIterable {
        case version
        case lengthMalformed
        case lengthAndEncoding
        case encodingUnknown
        case fieldNameMalformed
        case pathCut
        case pipelined

        /// The answer to it.
        var response: Response {
            switch self {
            case .version: Self.plain(400, "the version must be HTTP/1.1 or HTTP/1.0")
            case .lengthMalformed: Self.plain(400, "content-length must be one whole number")
            case .lengthAndEncoding:
                Self.plain(400, "content-length and transfer-encoding exclude each other")
            case .encodingUnknown: Self.plain(501, "the only transfer-encoding known is chunked")
            case .pathCut: Self.plain(400, "& and ; in a path must be percent-encoded")
            case .pipelined: Self.plain(503, "send it again by another connection, not pipelined")
            case .fieldNameMalformed: Self.plain(400, "a header's name ends at its colon")
            }
        }

        private static func plain(_ status: Int, _ text: String) -> Response {
            .json(status, #"{"error":"\#(text)"}"#)
        }
    }

    /// Decides by the fields that have a say.
    ///
    /// - Parameters:
    ///   - version: What the request line ends with.
    ///   - length: The value of `content-length`; of several, all of them with commas between.
    ///   - encoding: The value of `transfer-encoding`, likewise.
    /// - Throws: ``Malformed``.
    init(version: String?, length: String?, encoding: String?) throws(Malformed) {
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else { throw .version }
        if let encoding {
            guard length == nil, version == "HTTP/1.1" else { throw .lengthAndEncoding }
            guard Self.trimmed(encoding).lowercased() == "chunked" else { throw .encodingUnknown }
            self = .chunked
            return
        }
        guard let length else {
            self = .none
            return
        }
        let digits = Self.trimmed(length).utf8
        let isNumber = digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber, (1...Self.digitCountMax).contains(digits.count),
            let count = Int(Self.trimmed(length))
        else { throw .lengthMalformed }
        self = count == 0 ? .none : .counted(count)
    }

    /// Enough for any body, and never so many that a sum overflows.
    private static let digitCountMax = 15

    private static func trimmed(_ value: String) -> String {
        var value = value[...]
        while value.first == " " || value.first == "\t" { value.removeFirst() }
        while value.last == " " || value.last == "\t" { value.removeLast() }
        return String(value)
    }
}
