/// Takes the frames of one connection apart.
///
/// What is forwarded or echoed is kept as it was written; the frame is scanned once and wholly, so
/// that everything that leaves here is valid JSON, except payloads that are bytes.
public struct MessageDecoder: Sendable {
    /// Where the parts of a message stand in its text.
    private struct Places {
        var joinRef: Range<Int>?
        var ref: Range<Int>?
        var topic: Range<Int>?
        var name: Range<Int>?
        var payload: Range<Int>?
    }

    /// The longest reference taken, in bytes of JSON.
    ///
    /// Libraries send decimal numbers. A channel keeps its join's reference as long as it lives, so
    /// without a limit a connection could park megabytes with every join.
    public static let refByteCountMax = 1_024

    private let serializer: Serializer

    /// Makes a decoder for one form of messages.
    public init(serializer: Serializer) {
        self.serializer = serializer
    }

    /// Decodes the whole text of one message.
    ///
    /// Arrays and objects inside any part of it may be nested 64 deep.
    ///
    /// - Parameter text: UTF-8, fragments put together.
    /// - Returns: The parts of the message, the payload as it was written.
    /// - Throws: ``MalformedMessage``; the message is to be dropped, the connection stays open.
    public func decode(_ text: [UInt8]) throws(MalformedMessage) -> InboundMessage {
        let start = JSONScanner.endOfSpace(text.span, from: 0)
        guard start < text.count else { throw .notJSON(.endsEarly) }
        let places =
            switch serializer {
            case .v1: try placesInObject(text, from: start)
            case .v2: try placesInArray(text, from: start)
            }
        guard let ref = places.ref else { throw .keyMissing("ref") }
        guard let topic = places.topic else { throw .keyMissing("topic") }
        guard let name = places.name else { throw .keyMissing("event") }
        guard let payload = places.payload else { throw .keyMissing("payload") }
        guard text[topic.lowerBound] == .quote else { throw .topicNotString }
        guard text[name.lowerBound] == .quote else { throw .nameNotString }
        return InboundMessage(
            joinRef: try places.joinRef.map { range throws(MalformedMessage) in
                try reference(text, range)
            } ?? .null,
            ref: try reference(text, ref),
            topic: JSONQuoting.text(text, topic),
            name: JSONQuoting.text(text, name),
            payload: JSONText(trusted: Array(text[payload]))
        )
    }

    /// Decodes the whole of one binary message.
    ///
    /// Only the second serializer has such messages, and connections send one kind of them.
    ///
    /// - Parameter frame: The message, fragments put together.
    /// - Returns: A broadcast.
    /// - Throws: ``MalformedMessage``; the message is to be dropped, the connection stays open.
    public func decode(binary frame: [UInt8]) throws(MalformedMessage) -> InboundMessage {
        guard serializer == .v2 else { throw .binaryNotTaken }
        return try BinaryFrameReader.message(frame)
    }

    private func reference(
        _ text: [UInt8],
        _ range: Range<Int>
    ) throws(MalformedMessage) -> JSONText {
        if text[range.lowerBound] == .lowerN { return .null }
        guard range.count <= Self.refByteCountMax else {
            throw .refTooLong(byteCount: range.count)
        }
        return JSONText(trusted: Array(text[range]))
    }

    /// Finds the parts in an object; other keys are passed over.
    private func placesInObject(
        _ text: [UInt8],
        from start: Int
    ) throws(MalformedMessage) -> Places {
        guard text[start] == .openBrace else { throw .wrongContainer }
        let bytes = text.span
        var places = Places()
        do throws(MalformedJSON) {
            let end = try JSONScanner.endOfObject(bytes, from: start) { key, value in
                if JSONScanner.key(bytes, key, is: "topic") {
                    places.topic = value
                } else if JSONScanner.key(bytes, key, is: "event") {
                    places.name = value
                } else if JSONScanner.key(bytes, key, is: "payload") {
                    places.payload = value
                } else if JSONScanner.key(bytes, key, is: "ref") {
                    places.ref = value
                } else if JSONScanner.key(bytes, key, is: "join_ref") {
                    places.joinRef = value
                }
            }
            try JSONScanner.expectEnd(bytes, at: end)
        } catch {
            throw .notJSON(error)
        }
        return places
    }

    /// Finds the parts in an array; elements after the fifth are passed over.
    private func placesInArray(
        _ text: [UInt8],
        from start: Int
    ) throws(MalformedMessage) -> Places {
        guard text[start] == .openBracket else { throw .wrongContainer }
        var places = Places()
        var count = 0
        do throws(MalformedJSON) {
            let end = try JSONScanner.endOfArray(text.span, from: start) { element in
                switch count {
                case 0: places.joinRef = element
                case 1: places.ref = element
                case 2: places.topic = element
                case 3: places.name = element
                case 4: places.payload = element
                default: break
                }
                count += 1
            }
            try JSONScanner.expectEnd(text.span, at: end)
        } catch {
            throw .notJSON(error)
        }
        guard count >= 5 else { throw .tooFewElements(count: count) }
        return places
    }
}
