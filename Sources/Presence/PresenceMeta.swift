import Topics
import Wire

/// One entry: what one channel shows under its key.
struct PresenceMeta {
    /// The number of its reference, by which entries are told apart and put in order.
    let number: UInt64
    let reference: String

    /// The reference that it replaced; nil for one that replaced nothing anybody saw.
    let previous: String?
    let key: ExactText

    /// What was tracked, in the one form that tells whether two objects are the same.
    let compared: JSONText

    /// What is shown: the payload with the references.
    let text: JSONText

    /// Who may take it over when it is lost.
    var person: ExactText?

    /// The channel that shows it; nil while its connection is lost.
    var holder: PresenceHolder?

    /// Until when it may be taken over, while its connection is lost.
    var lostUntil: ContinuousClock.Instant?

    /// Bytes that it adds to what its topic shows.
    var byteCount: Int { text.bytes.count }
}
