/// One thing that the gateway may say to a connection, as the documentation lists it.
public struct CatalogueEntry: Hashable, Sendable {
    /// What identifies the thing: a number or a name, the same in documentation, logs and metrics.
    public let code: String

    /// What is on the wire, with placeholders in angle brackets.
    public let text: String

    /// When it is said.
    public let meaning: String

    /// What to do about it.
    public let advice: Advice
}
