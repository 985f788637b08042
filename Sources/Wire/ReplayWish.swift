/// What a join asks for in `config.broadcast.replay`.
public enum ReplayWish: Hashable, Sendable {
    /// The key is there and holds no object: nothing is asked for.
    case nothing

    /// What was sent from a time on, in milliseconds since 1970: the newest so many; nil where the
    /// join does not say how many.
    case since(milliseconds: Int64, limit: Int64?)

    /// The time is missing, or one of the two is no whole number.
    case malformed
}
