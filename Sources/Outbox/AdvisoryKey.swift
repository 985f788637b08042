/// The advisory lock keys that a node uses in its database, one per purpose.
///
/// They live in the 64-bit key space of PostgreSQL's advisory locks. The first is the ASCII codes
/// of "waypost" read as one number; the others follow it. A foreign session that takes one can
/// delay a node, never make it lose a message: the safety poll does not ask for any lock.
public enum AdvisoryKey: Int64, CaseIterable, Sendable {
    /// Writers try it, shared, to learn whether somebody sleeps; a hot reader holds it, exclusive.
    case doorbell = 33_602_696_433_857_396

    /// Every node holds it, shared, so that nodes can count each other.
    case presence = 33_602_696_433_857_397

    /// The node that keeps the partitions holds it while it works.
    case partitions = 33_602_696_433_857_398

    /// Whoever migrates the schema holds it, so that two migrations wait for each other.
    case migrations = 33_602_696_433_857_399
}
