/// A column of `realtime.messages`.
struct MessageColumn: Hashable, Sendable {
    let name: String
    /// The type as SQL.
    let type: String
    /// The default as SQL; nil where there is none, and for generated columns.
    let defaultValue: String?
    /// Whether the default takes a number from a sequence, which a question must not use up.
    let drawsFromSequence: Bool
}
