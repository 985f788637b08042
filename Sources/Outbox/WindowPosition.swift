/// How far the outbox was read; it outlives connections, so that none of them loses a row.
struct WindowPosition: Equatable, Sendable {
    /// What was visible here has been delivered.
    var delivered: Snapshot

    /// A window of which some slices were delivered.
    var rest: Rest?

    /// The highest number that was delivered, or given out before the reader began.
    var lastSeq: Int64 = 0

    /// A page was read and is about to be delivered.
    mutating func passed(_ page: WindowPage) {
        lastSeq = max(lastSeq, page.lastSeq ?? 0)
    }

    /// The undelivered part of a window.
    struct Rest: Equatable, Sendable {
        /// Where the window ends; every slice is read as of then.
        let until: Snapshot

        /// The last message delivered.
        var after: Int64

        /// The last message of the window.
        let last: Int64
    }
}
