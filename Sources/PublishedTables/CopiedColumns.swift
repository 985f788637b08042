import Topics
import Wire

/// What the note at a trigger function says: who made it, and what it copies.
struct CopiedColumns: Hashable {
    /// What is copied to the outbox.
    let columns: SentColumns

    /// Whether topics are fed by it, too: then nobody but the maker of the topics changes it.
    let feedsTopics: Bool

    /// Tells one text of the function from another.
    let digest: String

    /// Reads the function's comment; nil for what nobody but somebody else can have written.
    init?(note: String) {
        guard let note = try? JSON(parsing: Array(note.utf8)),
            note["made by"]?.stringValue == "Waypost",
            let digest = note["digest"]?.stringValue,
            let feedsTopics = note["topics"]?.boolValue
        else { return nil }
        self.digest = digest
        self.feedsTopics = feedsTopics
        if let names = note["except"]?.arrayValue {
            columns = .except(names.compactMap(\.stringValue))
        } else if let names = note["only"]?.arrayValue {
            columns = .only(names.compactMap(\.stringValue))
        } else {
            return nil
        }
    }
}
