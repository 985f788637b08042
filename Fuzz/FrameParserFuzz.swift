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
    for pieceByteCount in [1, 7, max(1, bytes.count)] {
        let lent = readLent(bytes, pieceByteCount: pieceByteCount)
        precondition(lent.messages == whole.messages, "messages that are other ones when lent")
        precondition(lent.violation == whole.violation, "a violation only when lent")
    }
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

/// Reads messages where they are, as a swarm does.
private func readLent(
    _ bytes: [UInt8],
    pieceByteCount: Int
) -> (messages: [Incoming], violation: ProtocolViolation?) {
    var parser = FrameParser(messageByteCountMax: byteCountMax)
    var messages: [Incoming] = []
    for start in stride(from: 0, to: bytes.count, by: pieceByteCount) {
        let arrived = Array(bytes[start..<min(start + pieceByteCount, bytes.count)])
        var position = 0
        do throws(ProtocolViolation) {
            while let (opcode, place) = try parser.next(in: arrived.span, from: &position) {
                let payload =
                    switch place {
                    case .arrived(let range): Array(arrived[range])
                    case .kept(let kept): kept
                    }
                messages.append(try incoming(opcode, payload))
            }
        } catch {
            return (messages, error)
        }
    }
    return (messages, nil)
}

private func incoming(
    _ opcode: Frame.Opcode,
    _ payload: [UInt8]
) throws(ProtocolViolation) -> Incoming {
    switch opcode {
    case .binary: return .binary(payload)
    case .ping: return .ping(payload)
    case .pong: return .pong(payload)
    case .close:
        let (code, reason) = try FrameParser.close(payload.span)
        return .close(code: code, reason: reason)
    case .text, .continuation:
        guard FrameParser.isText(payload.span) else { throw .textInvalid }
        return .text(payload)
    }
}
