/// What a server did that it must not do.
public enum BreachKind: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
    /// The same message came twice to the same channel, and was not marked as replayed.
    case duplicate

    /// A message came after a later one of its stream.
    case disorder

    /// Messages of a stream never came although later ones did.
    case gap

    /// The last messages of a stream never came.
    case missing

    /// A message came on a topic that the connection has not joined, or was meant for another.
    case wrongAudience = "wrong_audience"

    /// A message without a mark came where only marked ones are sent, or its mark is not one that
    /// was made.
    case corrupted
}
