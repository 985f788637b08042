/// Text that is equal only to the same bytes.
///
/// `String` calls canonically equivalent spellings equal (é in one scalar or in two). PostgreSQL
/// does not, and a rule that was asked about one spelling must not answer for another.
struct ExactText: Hashable, Sendable {
    let text: String

    static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        // The same bytes always have the same normalised form, so this agrees with `==`.
        hasher.combine(text)
    }
}
