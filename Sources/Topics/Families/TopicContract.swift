/// All topic families that are served together, each with a name of its own.
public struct TopicContract: Hashable, Sendable {
    /// The families, ordered by name.
    public let families: [TopicFamily]

    private let byName: [String: Int]

    /// No family: every topic is what the database's own policies make of it.
    public static let none = TopicContract([])

    /// Puts families together.
    ///
    /// - Parameter families: No two of one name.
    public init(_ families: [TopicFamily]) {
        let sorted = families.sorted { $0.name < $1.name }
        self.families = sorted
        byName = Dictionary(
            uniqueKeysWithValues: sorted.enumerated().map { ($1.name, $0) }
        )
    }

    /// Finds the family that a topic belongs to.
    ///
    /// - Parameter topic: A topic's name.
    /// - Returns: The family; nil where no file speaks of the topic.
    public func family(of topic: TopicName) -> TopicFamily? {
        guard !families.isEmpty else { return nil }
        guard let place = byName[String(topic.text.prefix { $0 != ":" })] else { return nil }
        let family = families[place]
        return family.pattern.covers(topic) ? family : nil
    }
}
