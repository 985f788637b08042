internal import Wire

/// What waits to be written to one connection, in order.
///
/// An empty queue owns no memory. Frames leave one by one; the bytes of the message that is being
/// written do not count as waiting, so a message bigger than the limit can be sent at all.
struct SendQueue {
    /// One message: whole WebSocket frames that belong together.
    struct Message {
        let first: [UInt8]
        let rest: [Frame]
        let byteCount: Int

        init(_ message: EncodedMessage) {
            first = message.first.bytes
            rest = message.rest
            byteCount = message.byteCount
        }

        init(frame: [UInt8]) {
            first = frame
            rest = []
            byteCount = frame.count
        }

        /// The frame with this number, or nil after the last one.
        func frame(_ index: Int) -> [UInt8]? {
            index == 0 ? first : index <= rest.count ? rest[index - 1].bytes : nil
        }
    }

    private var messages: [Message] = []
    private var head = 0
    private var frameIndex = 0

    /// Bytes of the messages behind the one that is being written.
    private(set) var waitingByteCount = 0

    var isEmpty: Bool { head == messages.count }

    /// Whether exactly one frame is left.
    var holdsOneFrame: Bool {
        head + 1 == messages.count && frameIndex == messages[head].rest.count
    }

    /// Bytes that would wait with `byteCount` more.
    func waitingByteCount(with byteCount: Int) -> Int {
        isEmpty ? 0 : waitingByteCount + byteCount
    }

    mutating func append(_ message: Message) {
        if !isEmpty { waitingByteCount += message.byteCount }
        messages.append(message)
    }

    /// The frame to be written next.
    var next: [UInt8]? { isEmpty ? nil : messages[head].frame(frameIndex) }

    /// Counts the frame ``next`` showed as written.
    mutating func advance() {
        frameIndex += 1
        guard frameIndex > messages[head].rest.count else { return }
        frameIndex = 0
        head += 1
        if isEmpty {
            removeAll()
        } else {
            waitingByteCount -= messages[head].byteCount
            if head >= 64, head * 2 > messages.count {
                messages.removeFirst(head)
                head = 0
            }
        }
    }

    /// Forgets everything and gives the memory back.
    mutating func removeAll() { self = SendQueue() }
}
