/// Which readers of a topic a message is meant for, by the class that the topic's file gives them.
public enum ReaderAudience: Hashable, Sendable {
    /// Those of these classes.
    case classes(Set<String>)

    /// All but those of these classes, among them whoever is in none.
    case others(Set<String>)

    /// Whether readers of a class are among them; nil for readers in none.
    public func contains(_ readerClass: String?) -> Bool {
        switch self {
        case .classes(let classes): readerClass.map(classes.contains) ?? false
        case .others(let classes): readerClass.map { !classes.contains($0) } ?? true
        }
    }
}
