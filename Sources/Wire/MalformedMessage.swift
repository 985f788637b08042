/// Why a text frame is no message.
///
/// Such frames are dropped; the connection stays open. Nothing of the frame is kept, so
/// the error can be logged.
public enum MalformedMessage: Error, Hashable, Sendable {
    /// The text is not JSON.
    case notJSON(MalformedJSON)

    /// The text is JSON, but not of the container that the serializer uses.
    case wrongContainer

    /// The array ends before its fifth element.
    case tooFewElements(count: Int)

    /// The object lacks one of the four keys that it must have.
    case keyMissing(String)

    /// The topic is no string.
    case topicNotString

    /// The name is no string.
    case nameNotString

    /// A reference is longer than ``MessageDecoder/refByteCountMax``.
    case refTooLong(byteCount: Int)
}
