/// Whose membership one transaction may have changed, and where it stands in a window.
public struct TransactionConcerns: Hashable, Sendable {
    /// The place of the transaction's first message in the window.
    public let firstSeq: Int64
    /// The place of its last message.
    public let lastSeq: Int64
    /// Whom it concerns.
    public let concerns: [MembershipConcern]

    /// Describes what a transaction did to memberships.
    ///
    /// - Parameters:
    ///   - firstSeq: The place of its first message.
    ///   - lastSeq: The place of its last message.
    ///   - concerns: Whom it concerns; not empty.
    public init(firstSeq: Int64, lastSeq: Int64, concerns: [MembershipConcern]) {
        self.firstSeq = firstSeq
        self.lastSeq = lastSeq
        self.concerns = concerns
    }
}
