/// Feeds streams of frames, whole and byte by byte, which must come to the same messages.
///
/// Compiled together with Wire and the parser of `WebSocketClient`; see `Fuzz/run`.
@c(LLVMFuzzerTestOneInput)
public func fuzzFrameParser(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let whole = read(bytes, pieceByteCount: max(1, bytes.count))
    let pieces = read(bytes, pieceByteCount: 1)
    precondition(whole.messages == pieces.messages, "messages that depend on the pieces")
    precondition(whole.violation == pieces.violation, "a violation that depends on the pieces")
    for message in whole.messages {
        switch message {
        case .text(let text):
            precondition(text.count <= byteCountMax, "more than the limit")
            precondition(String(validating: text, as: UTF8.self) != nil, "text that is none")
        case .binary(let bytes): precondition(bytes.count <= byteCountMax, "more than the limit")
        case .ping(let bytes), .pong(let bytes): precondition(bytes.count <= 125, "a long one")
        case .close: precondition(message == whole.messages.last, "something after a close")
        case .ended, .timeout: preconditionFailure("the parser knows no stream and no clock")
        }
    }
    return 0
}

private let byteCountMax = 1_000

private func read(
    _ bytes: [UInt8],
    pieceByteCount: Int
) -> (messages: [Incoming], violation: ProtocolViolation?) {
    var parser = FrameParser(messageByteCountMax: byteCountMax)
    var messages: [Incoming] = []
    var place = 0
    while place < bytes.count {
        let end = min(place + pieceByteCount, bytes.count)
        parser.append(bytes[place..<end])
        do throws(ProtocolViolation) {
            while let message = try parser.next() { messages.append(message) }
        } catch {
            return (messages, error)
        }
        place = end
    }
    return (messages, nil)
}
