import Topics

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

extension Verdict {
    /// Whether a broadcast for an audience, or for all where there is none, may be received.
    func hears(_ audience: ReaderAudience?) -> Bool {
        guard broadcastRead else { return false }
        guard let audience else { return true }
        return audience.contains(readerClass)
    }
}
