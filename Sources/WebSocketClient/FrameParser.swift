internal import Wire

/// Turns the bytes that a gateway sends into messages, however they are cut.
///
/// A pure machine: bytes go in, messages come out, nothing is read or sent. After a close or a
/// violation nothing comes out any more, whatever goes in.
public struct FrameParser: Sendable {
    private var bytes: [UInt8] = []
    private var position = 0
    private var fragments: [UInt8] = []
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
        do throws(ProtocolViolation) {
            while !hasEnded, let header = try FrameHeader.parse(bytes[position...]) {
                let before = header.isControl ? 0 : fragments.count
                guard header.payloadByteCount <= messageByteCountMax - before else {
                    throw ProtocolViolation.messageTooBig
                }
                let start = position + header.byteCount
                let end = start + header.payloadByteCount
                guard end <= bytes.count else { return nil }
                position = end
                if let incoming = try take(header, bytes[start..<end]) { return incoming }
            }
            return nil
        } catch {
            end()
            throw error
        }
    }

    private mutating func take(
        _ header: FrameHeader,
        _ payload: ArraySlice<UInt8>
    ) throws(ProtocolViolation) -> Incoming? {
        switch header.opcode {
        case .ping: return .ping(Array(payload))
        case .pong: return .pong(Array(payload))
        case .close:
            let incoming = try Self.close(payload)
            end()
            return incoming
        case .text, .binary:
            guard fragmentOpcode == nil else { throw .fragmentOutOfPlace }
            if header.isFinal { return try Self.message(header.opcode, Array(payload)) }
            fragmentOpcode = header.opcode
            fragments = Array(payload)
            return nil
        case .continuation:
            guard let opcode = fragmentOpcode else { throw .fragmentOutOfPlace }
            fragments.append(contentsOf: payload)
            guard header.isFinal else { return nil }
            let whole = fragments
            fragments = []
            fragmentOpcode = nil
            return try Self.message(opcode, whole)
        }
    }

    private mutating func end() {
        hasEnded = true
        bytes = []
        position = 0
        fragments = []
    }

    private static func message(
        _ opcode: Frame.Opcode,
        _ payload: [UInt8]
    ) throws(ProtocolViolation) -> Incoming {
        guard opcode == .text else { return .binary(payload) }
        guard (try? UTF8Span(validating: payload.span)) != nil else { throw .textInvalid }
        return .text(payload)
    }

    private static func close(_ payload: ArraySlice<UInt8>) throws(ProtocolViolation) -> Incoming {
        guard let high = payload.first else { return .close(code: nil, reason: "") }
        guard payload.count >= 2 else { throw .closeCodeInvalid }
        let code = UInt16(high) << 8 | UInt16(payload[payload.startIndex + 1])
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: break
        default: throw .closeCodeInvalid
        }
        guard let reason = String(validating: payload.dropFirst(2), as: UTF8.self) else {
            throw .textInvalid
        }
        return .close(code: code, reason: reason)
    }
}
