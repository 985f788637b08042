/// What a `presence` message asks for, read as leniently as official libraries need it.
public enum PresenceCall: Hashable, Sendable {
    /// Show this object under the channel's key, in place of what was shown before.
    case track(JSONText)

    /// Show nothing any more.
    case untrack

    /// Nothing: the message does not say what it wants, which is answered with ok.
    case nothing

    /// Something that is not understood.
    case malformed(PresenceRefusal)

    /// Reads the payload of a `presence` message.
    ///
    /// The word for what is asked may be written in any case, and a missing object is an empty one.
    ///
    /// - Parameter payload: Any JSON value, as it came from a connection.
    public init(parsing payload: JSONText) {
        guard let fields = JSONFields(payload, ["event", "payload"]) else {
            self = .malformed(.unknownCall)
            return
        }
        guard let name = fields["event"] else {
            self = .nothing
            return
        }
        switch name.stringValue?.lowercased() {
        case "track":
            let tracked = fields["payload"] ?? .emptyObject
            self = tracked.isObject ? .track(tracked) : .malformed(.malformed)
        case "untrack": self = .untrack
        default: self = .malformed(.unknownCall)
        }
    }
}
