import Topics

/// What one channel has to do with its topic's presence.
struct ChannelPresence {
    /// How much of the topic's presence the channel is told.
    enum Hearing {
        /// Nothing, unless the channel is public.
        case off
        /// Nothing yet: the state has been asked for, and diffs before it are part of it.
        case awaiting
        /// Every diff.
        case on
    }

    /// Whether the channel is to be told who is present, beginning with a state.
    let wantsState: Bool

    /// Whether the channel itself chose its key, so that it can be known again by it.
    let isKeyExplicit: Bool

    /// The key to be present under; one is made where the join brought none.
    var key: ExactText?

    var hearing = Hearing.off

    /// Whether the topic's keeper may show something of this channel.
    var mayBeShown = false

    init(key: String?, wantsState: Bool) {
        self.key = key.map { ExactText($0) }
        isKeyExplicit = key != nil
        self.wantsState = wantsState
    }
}
