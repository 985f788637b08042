/// Text that is equal only to the same bytes.
///
/// `String` calls canonically equivalent spellings equal (é in one scalar or in two). PostgreSQL
/// does not, and a rule that was asked about one spelling must not answer for another.
public struct ExactText: Hashable, Sendable {
    /// The text as it came.
    public let text: String

    /// Takes any text.
    public init(_ text: String) { self.text = text }

    /// Whether two texts have the same bytes of UTF-8.
    public static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Feeds what two equal texts have in common into the hasher.
    public func hash(into hasher: inout Hasher) {
        // The same bytes always have the same normalised form, so this agrees with `==`.
        hasher.combine(text)
    }
}
