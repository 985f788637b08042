/// Takes a chunked body apart as its bytes arrive, believing nothing that they say of themselves.
///
/// Only what RFC 9112 writes is taken: sizes of hexadecimal digits, lines that end with CR LF. What
/// is added to a size and what follows the last chunk is skipped, within ``lineByteCountMax`` and
/// ``trailerByteCountMax``.
struct ChunkedBody {
    /// Why bytes are no chunked body.
    enum Malformed: Error {
        case syntax
        case lineTooLong
        case tooLarge
    }

    private enum State {
        case size(digitCount: Int)
        case extras
        case sizeLineEnd
        case data
        case dataCarriageReturn
        case dataLineFeed
        case trailerStart
        case trailer
        case trailerLineEnd
        case finalLineEnd
        case done
    }

    /// Bytes of a line with a chunk's size.
    static let lineByteCountMax = 256
    /// Bytes of all that follows the last chunk.
    static let trailerByteCountMax = 4_096
    private static let digitCountMax = 8

    private let byteCountMax: Int
    private var state = State.size(digitCount: 0)
    private var left = 0
    private var lineByteCount = 0
    private var trailerByteCount = 0

    /// The chunks' content so far.
    private(set) var content: [UInt8] = []

    /// Starts with nothing.
    ///
    /// - Parameter byteCountMax: The most that all chunks together may bring.
    init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

    /// Whether the body has ended; what comes after it is not looked at.
    var isDone: Bool {
        if case .done = state { return true }
        return false
    }

    /// Takes the next bytes.
    mutating func append(_ bytes: Span<UInt8>) throws(Malformed) {
        var position = 0
        while position < bytes.count, !isDone {
            if case .data = state {
                let count = min(left, bytes.count - position)
                for index in position..<(position + count) { content.append(bytes[index]) }
                left -= count
                position += count
                if left == 0 { state = .dataCarriageReturn }
            } else {
                try take(bytes[position])
                position += 1
            }
        }
    }

    private mutating func take(_ byte: UInt8) throws(Malformed) {
        switch state {
        case .size, .extras, .sizeLineEnd: try takeOfSizeLine(byte)
        case .dataCarriageReturn: try expect(byte, 0x0D, then: .dataLineFeed)
        case .dataLineFeed: try expect(byte, 0x0A, then: .size(digitCount: 0))
        case .trailerStart, .trailer, .trailerLineEnd, .finalLineEnd: try takeOfTrailer(byte)
        case .data, .done: preconditionFailure("content is taken in one piece")
        }
    }

    private mutating func takeOfSizeLine(_ byte: UInt8) throws(Malformed) {
        lineByteCount += 1
        guard lineByteCount <= Self.lineByteCountMax else { throw .lineTooLong }
        switch (state, byte) {
        case (.size(let count), _) where Self.digit(byte) != nil:
            guard count < Self.digitCountMax, let digit = Self.digit(byte) else { throw .syntax }
            left = left << 4 | digit
            state = .size(digitCount: count + 1)
        case (.size(let count), 0x0D) where count > 0: state = .sizeLineEnd
        case (.size(let count), UInt8(ascii: ";")) where count > 0: state = .extras
        case (.extras, 0x0D): state = .sizeLineEnd
        case (.extras, 0x20...0x7E), (.extras, 0x09): break
        case (.sizeLineEnd, 0x0A):
            guard left <= byteCountMax - content.count else { throw .tooLarge }
            lineByteCount = 0
            state = left == 0 ? .trailerStart : .data
        default: throw .syntax
        }
    }

    private mutating func takeOfTrailer(_ byte: UInt8) throws(Malformed) {
        trailerByteCount += 1
        guard trailerByteCount <= Self.trailerByteCountMax else { throw .lineTooLong }
        switch (state, byte) {
        case (.trailerStart, 0x0D): state = .finalLineEnd
        case (.finalLineEnd, 0x0A): state = .done
        case (.trailer, 0x0D): state = .trailerLineEnd
        case (.trailerLineEnd, 0x0A): state = .trailerStart
        case (.trailerStart, 0x21...0x7E): state = .trailer
        case (.trailer, 0x20...0xFF), (.trailer, 0x09): break
        default: throw .syntax
        }
    }

    private mutating func expect(
        _ byte: UInt8,
        _ expected: UInt8,
        then next: State
    ) throws(Malformed) {
        guard byte == expected else { throw .syntax }
        state = next
    }

    private static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
