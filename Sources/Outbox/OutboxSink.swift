/// Where the reader hands over what it read.
///
/// Every call comes on the reader's thread.
public protocol OutboxSink: Sendable {
    /// Takes a slice, and blocks while there is no room for it: nothing committed may be dropped.
    ///
    /// - Parameter slice: The next messages in order.
    func deliver(_ slice: WindowSlice)

    /// The database cannot be reached; nothing arrives until ``databaseBack()``.
    func databaseAway()

    /// The database is back and everything that was missed has been delivered.
    func databaseBack()

    /// What was missed cannot be told any more: everybody has to load anew.
    func resync()
}
