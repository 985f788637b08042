/// Feeds binary frames to the decoder, and what it takes to the encoders of both serializers.
///
/// Compiled together with the sources of Wire; see `Fuzz/run`.
@c(LLVMFuzzerTestOneInput)
public func fuzzBinaryFrame(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let frame = Array(UnsafeBufferPointer(start: start, count: count))
    precondition(
        (try? MessageDecoder(serializer: .v1).decode(binary: frame)) == nil,
        "the first serializer took bytes"
    )
    guard let message = try? MessageDecoder(serializer: .v2).decode(binary: frame) else { return 0 }
    guard let broadcast = message.broadcast else { preconditionFailure("no broadcast") }
    let lengths = frame[1...5].reduce(0) { $0 + Int($1) }
    precondition(7 + lengths <= count, "a frame was taken that ends before its parts")
    for value in [message.joinRef, message.ref] {
        precondition(JSONText(validating: value.bytes) == value && value.isString, "no string")
    }
    switch broadcast.content {
    case .binary(let bytes):
        precondition(bytes.elementsEqual(frame[(7 + lengths)...]), "bytes changed on their way")
    case .json(let text):
        precondition(JSONText(validating: text.bytes) == text, "a payload is not one value")
    }
    checkText(message, broadcast)
    checkFrame(message, broadcast)
    return 0
}

/// For the first serializer it must be a message of that, or nothing.
private func checkText(_ message: InboundMessage, _ broadcast: UserBroadcast) {
    let encoded = MessageEncoder(serializer: .v1).broadcast(broadcast, topic: message.topic)
    guard case .json(let text) = broadcast.content else {
        return precondition(encoded == nil, "bytes became text")
    }
    guard let encoded else { preconditionFailure("JSON has no form as text") }
    guard encoded.rest.isEmpty else { return }
    let read = try? MessageDecoder(serializer: .v1).decode(payload(of: encoded))
    guard let read else { preconditionFailure("others cannot read the text") }
    let fields = JSONFields(read.payload, ["event", "payload"])
    precondition(read.topic == message.topic, "the topic changed")
    precondition(fields?["event"]?.stringValue == broadcast.name, "the name changed")
    precondition(fields?["payload"] == text, "the payload changed")
}

/// For the second serializer it must be a frame with the same parts at their places.
private func checkFrame(_ message: InboundMessage, _ broadcast: UserBroadcast) {
    let encoded = MessageEncoder(serializer: .v2).broadcast(broadcast, topic: message.topic)
    guard let encoded else { preconditionFailure("the second serializer has no form for it") }
    guard encoded.rest.isEmpty else { return }
    let bytes = payload(of: encoded)
    precondition(bytes[0] == 4 && bytes[3] == 0, "another kind, or metadata")
    let (topicEnd, nameEnd) = (5 + Int(bytes[1]), 5 + Int(bytes[1]) + Int(bytes[2]))
    precondition(bytes[5..<topicEnd].elementsEqual(message.topic.utf8), "the topic changed")
    precondition(bytes[topicEnd..<nameEnd].elementsEqual(broadcast.name.utf8), "the name changed")
    let payload =
        switch broadcast.content {
        case .json(let text): text.bytes
        case .binary(let bytes): bytes
        }
    let isBinary = broadcast.content == .binary(payload)
    precondition(bytes[4] == (isBinary ? 0 : 1), "another encoding")
    precondition(bytes[nameEnd...].elementsEqual(payload), "the payload changed")
}

private func payload(of message: EncodedMessage) -> [UInt8] {
    let header = [127: 10, 126: 4][Int(message.first.bytes[1])] ?? 2
    return Array(message.first.bytes.dropFirst(header))
}
