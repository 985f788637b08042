/// Whether a reply or a system message tells of success or of failure.
public enum ReplyStatus: String, CaseIterable, Sendable {
    /// What was asked is done; official libraries treat a `system` message of this status as news.
    case ok

    /// What was asked is refused; several libraries turn this into a channel error and rejoin.
    case error
}
