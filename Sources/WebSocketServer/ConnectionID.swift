/// Names one WebSocket connection of one loop.
///
/// The low half is a slot, reused when a connection ends and so fit to be an index of an array; the
/// high half counts how often the slot was used, so that an old name never reaches a new
/// connection.
public struct ConnectionID: Hashable, Sendable {
    /// Slot and generation in one number.
    public let rawValue: UInt64

    /// Takes a number that came from ``rawValue``.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    init(slot: Int, generation: UInt32) {
        rawValue = UInt64(generation) << 32 | UInt64(UInt32(truncatingIfNeeded: slot))
    }

    /// The index of the connection's slot, 0 or more; small, since ended connections leave theirs.
    public var slot: Int { Int(UInt32(truncatingIfNeeded: rawValue)) }

    var generation: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 32) }
}
