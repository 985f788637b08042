public import Topics

/// What became of a ``Question``.
public enum Answer: Hashable, Sendable {
    /// The rules were asked. Whatever is in `failedRules` has counted as a no.
    case verdict(Verdict, failedRules: [FailedRule])
    /// The rules could not be asked; nobody may be let in, and asking again may help.
    case unavailable(Unavailability)
}
