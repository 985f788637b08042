internal import Wire

/// Turns the bytes that a gateway sends into messages, however they are cut.
///
/// A pure machine: bytes go in, messages come out, nothing is read or sent. After a close or a
/// violation nothing comes out any more, whatever goes in.
public struct FrameParser: Sendable {
    /// Where the payload of something whole is.
    enum Place {
        /// In what arrived, which is the usual case and copies nothing.
        case arrived(Range<Int>)

        /// Put together from several arrivals or fragments.
        case kept([UInt8])
    }

    /// What ``append(_:)`` brought and ``next()`` has not taken.
    private var bytes: [UInt8] = []
    private var position = 0
    /// The beginning of a frame's head whose rest is missing.
    private var head: [UInt8] = []
    /// The frame that is being put together.
    private var current: FrameHeader?
    /// Bytes of it that are missing.
    private var missingByteCount = 0
    /// What is there of a message: fragments, and the last one's beginning.
    private var message: [UInt8] = []
    /// What is there of a frame that may stand between fragments.
    private var control: [UInt8] = []
    private var fragmentOpcode: Frame.Opcode?
    private var hasEnded = false
    private let messageByteCountMax: Int

    /// Starts behind the handshake.
    ///
    /// - Parameter messageByteCountMax: Bytes that one message may have, fragments together, 125 or
    ///   more. A longer one is ``ProtocolViolation/messageTooBig`` as soon as its head says so.
    ///   Default 16 MiB.
    public init(messageByteCountMax: Int = 16 << 20) {
        precondition(messageByteCountMax >= Frame.controlByteCountMax, "a ping would not fit")
        self.messageByteCountMax = messageByteCountMax
    }

    /// Adds bytes as they arrived.
    ///
    /// - Parameter arrived: However many, from none to several frames.
    public mutating func append(_ arrived: some Collection<UInt8>) {
        guard !hasEnded else { return }
        if position > 0 {
            bytes.removeSubrange(..<position)
            position = 0
        }
        bytes.append(contentsOf: arrived)
    }

    /// Takes the next message out.
    ///
    /// - Returns: Never ``Incoming/ended`` or ``Incoming/timeout``; nil when more bytes are needed,
    ///   or after a close.
    /// - Throws: ``ProtocolViolation``, once; the connection is to be closed with its code.
    public mutating func next() throws(ProtocolViolation) -> Incoming? {
        let arrived = bytes
        var position = self.position
        guard let (opcode, place) = try next(in: arrived.span, from: &position) else {
            bytes = []
            self.position = 0
            return nil
        }
        self.position = position
        let payload =
            switch place {
            case .arrived(let range): Array(arrived[range])
            case .kept(let bytes): bytes
            }
        switch opcode {
        case .ping: return .ping(payload)
        case .pong: return .pong(payload)
        case .binary: return .binary(payload)
        case .close:
            do {
                let (code, reason) = try Self.close(payload.span)
                return .close(code: code, reason: reason)
            } catch {
                end()
                throw error
            }
        case .text, .continuation:
            guard Self.isText(payload.span) else {
                end()
                throw .textInvalid
            }
            return .text(payload)
        }
    }

    /// Finds the next message in bytes that stay where they are.
    ///
    /// Texts and closes are not looked into: ``isText(_:)`` and ``close(_:)`` do that. Not to be
    /// mixed with ``append(_:)``.
    ///
    /// - Parameters:
    ///   - arrived: What arrived behind everything before it.
    ///   - position: Where to go on in it, at first 0.
    /// - Returns: The kind, never a continuation, and the place; nil when all of `arrived` was
    ///   taken, or after a close.
    /// - Throws: ``ProtocolViolation``, once.
    mutating func next(
        in arrived: Span<UInt8>,
        from position: inout Int
    ) throws(ProtocolViolation) -> (Frame.Opcode, Place)? {
        do throws(ProtocolViolation) {
            while !hasEnded {
                if current == nil {
                    guard let header = try takeHeader(arrived, &position) else { return nil }
                    let end = position + header.payloadByteCount
                    if header.isFinal, header.opcode != .continuation, end <= arrived.count {
                        let range = position..<end
                        position = end
                        if header.opcode == .close { self.end() }
                        return (header.opcode, .arrived(range))
                    }
                    current = header
                    missingByteCount = header.payloadByteCount
                }
                guard let opcode = collect(arrived, &position) else {
                    guard missingByteCount == 0 else { return nil }
                    continue
                }
                return (opcode, .kept(takeKept(opcode)))
            }
            return nil
        } catch {
            end()
            throw error
        }
    }

    /// Reads a head that may have begun in an earlier arrival.
    private mutating func takeHeader(
        _ arrived: Span<UInt8>,
        _ position: inout Int
    ) throws(ProtocolViolation) -> FrameHeader? {
        let found: FrameHeader
        if head.isEmpty, let header = try FrameHeader.parse(arrived, at: position) {
            position += header.byteCount
            found = header
        } else {
            var header: FrameHeader?
            while header == nil {
                guard position < arrived.count else { return nil }
                head.append(arrived[position])
                position += 1
                header = try FrameHeader.parse(head.span, at: 0)
            }
            guard let header else { return nil }
            head = []
            found = header
        }
        let before = found.isControl ? 0 : message.count
        guard found.payloadByteCount <= messageByteCountMax - before else { throw .messageTooBig }
        switch found.opcode {
        case .text, .binary: guard fragmentOpcode == nil else { throw .fragmentOutOfPlace }
        case .continuation: guard fragmentOpcode != nil else { throw .fragmentOutOfPlace }
        case .close, .ping, .pong: break
        }
        return found
    }

    /// Keeps what has arrived of the current frame; answers the kind of what is complete by that.
    private mutating func collect(_ arrived: Span<UInt8>, _ position: inout Int) -> Frame.Opcode? {
        guard let header = current else { return nil }
        let end = position + min(missingByteCount, arrived.count - position)
        let part = Array(copying: arrived.extracting(position..<end))
        if header.isControl { control += part } else { message += part }
        missingByteCount -= end - position
        position = end
        guard missingByteCount == 0 else { return nil }
        current = nil
        guard !header.isControl else { return header.opcode }
        let opcode = fragmentOpcode ?? header.opcode
        fragmentOpcode = header.isFinal ? nil : opcode
        return header.isFinal ? opcode : nil
    }

    private mutating func takeKept(_ opcode: Frame.Opcode) -> [UInt8] {
        switch opcode {
        case .close:
            defer { end() }
            return control
        case .ping, .pong:
            defer { control = [] }
            return control
        case .text, .binary, .continuation:
            defer { message = [] }
            return message
        }
    }

    private mutating func end() {
        hasEnded = true
        bytes = []
        position = 0
        head = []
        control = []
        message = []
    }

    /// Whether a text is one.
    static func isText(_ payload: Span<UInt8>) -> Bool {
        (try? UTF8Span(validating: payload)) != nil
    }

    /// Reads what a close carries.
    ///
    /// - Throws: ``ProtocolViolation/closeCodeInvalid`` or ``ProtocolViolation/textInvalid``.
    static func close(
        _ payload: Span<UInt8>
    ) throws(ProtocolViolation) -> (code: UInt16?, reason: String) {
        guard payload.count > 0 else { return (nil, "") }
        guard payload.count >= 2 else { throw .closeCodeInvalid }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: break
        default: throw .closeCodeInvalid
        }
        let reason = payload.extracting(2..<payload.count)
        guard let text = try? UTF8Span(validating: reason) else { throw .textInvalid }
        return (code, String(copying: text))
    }
}
