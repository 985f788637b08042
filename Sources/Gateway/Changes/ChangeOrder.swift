import Changes
import Hub

/// What loops tell the thread that follows changes.
enum ChangeOrder: Sendable {
    /// A channel of a loop wants to hear of changes, in place of what it wanted before.
    case follow(loop: Int, ChangesWish)

    /// A channel wants none any more.
    case unfollow(ChangeMember.Address)

    /// Another database stands behind the gateway now.
    case anotherDatabase

    /// What an order weighs in the mailbox beside its bindings, in bytes.
    static let smallByteCount = 256
}
