/// Writes messages to connections in the form that these read.
///
/// The length is computed first, so that header and text go into one buffer of the right size. A
/// message is encoded once per serializer and the bytes are shared by everyone who gets it.
public struct MessageEncoder: Sendable {
    let serializer: Serializer

    /// Makes an encoder for one form of messages.
    public init(serializer: Serializer) {
        self.serializer = serializer
    }

    /// Encodes the answer to a message.
    ///
    /// - Parameters:
    ///   - joinRef: The channel's join reference, `null` outside a channel. The first serializer
    ///     has no place for it.
    ///   - ref: The reference of the message that is answered.
    ///   - topic: The topic as on the wire, `realtime:` included.
    ///   - status: Whether what was asked is done.
    ///   - response: An object; `{}` when there is nothing to say.
    /// - Returns: The frames of a `phx_reply`.
    public func reply(
        joinRef: JSONText,
        ref: JSONText,
        topic: String,
        status: ReplyStatus,
        response: JSONText
    ) -> EncodedMessage {
        encode(
            OutboundMessage(
                joinRef: joinRef,
                ref: ref,
                topic: topic,
                name: MessageName.reply.rawValue,
                payloadHead: status == .ok ? Self.okHead : Self.errorHead,
                payload: response.bytes,
                payloadTail: [.closeBrace]
            )
        )
    }

    /// Encodes a message that answers nothing.
    ///
    /// - Parameters:
    ///   - joinRef: The channel's join reference; `null` for what is fanned out.
    ///   - ref: `null`, except for `phx_close`, which carries the join's reference.
    ///   - topic: The topic as on the wire, `realtime:` included.
    ///   - name: What the message is.
    ///   - payload: What it brings.
    /// - Returns: The frames of the message.
    public func push(
        joinRef: JSONText,
        ref: JSONText,
        topic: String,
        name: String,
        payload: JSONText
    ) -> EncodedMessage {
        encode(
            OutboundMessage(
                joinRef: joinRef,
                ref: ref,
                topic: topic,
                name: name,
                payloadHead: [],
                payload: payload.bytes,
                payloadTail: []
            )
        )
    }

    private static let okHead = Array(#"{"status":"ok","response":"#.utf8)
    private static let errorHead = Array(#"{"status":"error","response":"#.utf8)

    func encode(_ message: OutboundMessage) -> EncodedMessage {
        EncodedMessage(.text, byteCount: message.byteCount(serializer)) { bytes in
            message.append(serializer, to: &bytes)
        }
    }
}
