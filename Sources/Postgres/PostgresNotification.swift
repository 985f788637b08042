/// One `NOTIFY` that reached a connection which listens.
public struct PostgresNotification: Hashable, Sendable {
    /// The name given to `LISTEN`.
    public let channel: String
    /// The text sent along; empty when there was none.
    public let payload: String
    /// The backend that sent it, to tell one's own notifications from others.
    public let processID: Int32
}
