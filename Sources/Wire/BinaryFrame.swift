/// The numbers in the binary frames of the second serializer.
///
/// A frame begins with its kind, the length of each part in one byte, and the encoding of the
/// payload; then come the parts, and the payload is the rest.
public enum BinaryFrame {
    /// A broadcast from a connection.
    ///
    /// Kind, lengths of join reference, reference, topic, name and metadata, encoding; then these
    /// parts and the payload.
    public static let pushKind: UInt8 = 3

    /// A broadcast to a connection.
    ///
    /// Kind, lengths of topic, name and metadata, encoding; then these parts and the payload.
    public static let broadcastKind: UInt8 = 4

    /// The encoding of a payload of any bytes.
    public static let binaryEncoding: UInt8 = 0

    /// The encoding of a payload in JSON.
    ///
    /// From connections every number but ``binaryEncoding`` means this.
    public static let jsonEncoding: UInt8 = 1
}
