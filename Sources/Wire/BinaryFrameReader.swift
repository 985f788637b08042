/// Takes a binary frame of a connection apart, trusting none of its lengths.
struct BinaryFrameReader {
    /// Bytes before the first part: the kind, five lengths, the encoding.
    private static let headByteCount = 7

    private let frame: [UInt8]
    private var position = headByteCount

    /// Reads a frame of the only kind that connections send.
    ///
    /// The metadata is not looked at: libraries send none that means anything to others.
    ///
    /// - Parameter frame: The whole message.
    /// - Returns: A `broadcast` whose ``InboundMessage/broadcast`` is there.
    /// - Throws: ``MalformedMessage``; the frame is to be dropped, the connection stays open.
    static func message(_ frame: [UInt8]) throws(MalformedMessage) -> InboundMessage {
        guard let kind = frame.first else { throw .frameEndsEarly }
        guard kind == BinaryFrame.pushKind else { throw .kindUnknown(kind) }
        guard frame.count >= headByteCount else { throw .frameEndsEarly }
        var reader = BinaryFrameReader(frame: frame)
        let joinRef = try reader.text(byteCount: frame[1])
        let ref = try reader.text(byteCount: frame[2])
        let topic = try reader.text(byteCount: frame[3])
        let name = try reader.text(byteCount: frame[4])
        try reader.skip(byteCount: frame[5])
        let content: BroadcastContent =
            frame[6] == BinaryFrame.binaryEncoding
            ? .binary(reader.rest()) : .json(try reader.json())
        return InboundMessage(
            joinRef: JSONText(string: joinRef),
            ref: JSONText(string: ref),
            topic: topic,
            broadcast: UserBroadcast(name: name, content: content)
        )
    }

    private init(frame: [UInt8]) {
        self.frame = frame
    }

    private mutating func part(byteCount: UInt8) throws(MalformedMessage) -> Range<Int> {
        let end = position + Int(byteCount)
        guard end <= frame.count else { throw .frameEndsEarly }
        defer { position = end }
        return position..<end
    }

    private mutating func skip(byteCount: UInt8) throws(MalformedMessage) {
        _ = try part(byteCount: byteCount)
    }

    private mutating func text(byteCount: UInt8) throws(MalformedMessage) -> String {
        let range = try part(byteCount: byteCount)
        guard JSONScanner.isUTF8(frame.span, in: range) else { throw .partNotUTF8 }
        return String(decoding: frame[range], as: UTF8.self)
    }

    /// The payload as bytes.
    private func rest() -> [UInt8] { Array(frame[position...]) }

    /// The payload as one JSON value, without the white space around it.
    ///
    /// It is spliced into messages for others, so it is scanned wholly.
    private func json() throws(MalformedMessage) -> JSONText {
        do throws(MalformedJSON) {
            let start = JSONScanner.endOfSpace(frame.span, from: position)
            let end = try JSONScanner.endOfValue(frame.span, from: start)
            try JSONScanner.expectEnd(frame.span, at: end)
            return JSONText(trusted: Array(frame[start..<end]))
        } catch {
            throw .notJSON(error)
        }
    }
}
