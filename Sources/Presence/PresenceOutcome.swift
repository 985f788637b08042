public import Wire

/// What came of a wish to be shown.
public enum PresenceOutcome: Hashable, Sendable {
    /// Somebody new is there.
    case joined

    /// The entry of this channel shows something else now.
    case updated

    /// The same is shown as before; nobody hears of it.
    case unchanged

    /// The entry of a lost connection goes on as it was; nobody hears of it.
    case resumed

    /// The entry of a lost connection goes on with something else to show.
    case resumedUpdated

    /// Nothing has changed, for this reason.
    case refused(PresenceRefusal)
}
