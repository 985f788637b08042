/// Why a frame is no message.
///
/// Such frames are dropped; the connection stays open. Nothing of the frame is kept, so
/// the error can be logged.
public enum MalformedMessage: Error, Hashable, Sendable {
    /// The text, or the JSON payload of a binary frame, is not JSON.
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

    /// The frame is binary, and the serializer has no such frames.
    case binaryNotTaken

    /// The frame is binary and of a kind that connections do not send.
    case kindUnknown(UInt8)

    /// The frame is binary, and shorter than its own lengths say.
    case frameEndsEarly

    /// A reference, the topic or the name in a binary frame is not UTF-8.
    case partNotUTF8
}
