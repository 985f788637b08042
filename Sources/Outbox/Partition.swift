/// One table that is, or was, a partition of a table of the outbox.
struct Partition: Equatable, Sendable {
    /// Its name without the schema.
    let name: String

    /// Whether rows reach it.
    let state: State

    /// Its first day; known of attached ones, and of others from their names.
    let lower: UTCDay?

    /// The day after its last; nil of the last partition, which has no end, and of loose ones.
    let upper: UTCDay?

    /// Whether rows reach a partition.
    enum State: String, Sendable {
        /// They do.
        case attached

        /// A detachment began and did not end.
        case pending

        /// It is a table of its own.
        case loose
    }
}
