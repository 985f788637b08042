/// Why a row is not shown to a caller, or a condition counted as not fulfilled.
enum WithheldReason: String, CaseIterable, Sendable {
    /// The policies said no, or there is none that could say yes.
    case policy
    /// The role may not select the table's key.
    case privilege
    /// The role is not allowed, does not exist, or is none that the gateway may act as.
    case role
    /// The table is not known.
    case table
    /// A policy needs a column that is not copied to the outbox.
    case unsupported
    /// The change's values lack a column, because the table was changed since.
    case missing
    /// A policy raised an error, or the row is none of the table's any more.
    case error
    /// The evaluation took too long.
    case timeout
    /// No snapshot from before the deletion was there.
    case snapshot
}
