/// The parts of a message on its way out, and how each serializer lines them up.
struct OutboundMessage {
    let joinRef: JSONText
    let ref: JSONText
    let topic: String
    let name: String
    let payloadHead: [UInt8]
    let payload: [UInt8]
    let payloadTail: [UInt8]

    /// Bytes that ``append(_:to:)`` will append.
    func byteCount(_ serializer: Serializer) -> Int {
        let values =
            JSONQuoting.byteCount(of: topic) + JSONQuoting.byteCount(of: name) + ref.bytes.count
            + payloadHead.count + payload.count + payloadTail.count
        switch serializer {
        case .v1:
            return values + Self.topicKey.count + Self.nameKey.count + Self.payloadKey.count
                + Self.refKey.count + 1
        case .v2: return values + joinRef.bytes.count + 6
        }
    }

    /// Appends the message's text.
    func append(_ serializer: Serializer, to bytes: inout [UInt8]) {
        switch serializer {
        case .v1:
            bytes.append(contentsOf: Self.topicKey)
            JSONQuoting.append(topic, to: &bytes)
            bytes.append(contentsOf: Self.nameKey)
            JSONQuoting.append(name, to: &bytes)
            bytes.append(contentsOf: Self.payloadKey)
            appendPayload(to: &bytes)
            bytes.append(contentsOf: Self.refKey)
            bytes.append(contentsOf: ref.bytes)
            bytes.append(.closeBrace)
        case .v2:
            bytes.append(.openBracket)
            bytes.append(contentsOf: joinRef.bytes)
            bytes.append(.comma)
            bytes.append(contentsOf: ref.bytes)
            bytes.append(.comma)
            JSONQuoting.append(topic, to: &bytes)
            bytes.append(.comma)
            JSONQuoting.append(name, to: &bytes)
            bytes.append(.comma)
            appendPayload(to: &bytes)
            bytes.append(.closeBracket)
        }
    }

    private static let topicKey = Array(#"{"topic":"#.utf8)
    private static let nameKey = Array(#","event":"#.utf8)
    private static let payloadKey = Array(#","payload":"#.utf8)
    private static let refKey = Array(#","ref":"#.utf8)

    private func appendPayload(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: payloadHead)
        bytes.append(contentsOf: payload)
        bytes.append(contentsOf: payloadTail)
    }
}
