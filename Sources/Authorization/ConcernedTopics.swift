internal import Topics

/// The topics that a list of concerns means, all at once.
///
/// It rather means too many than too few. Whose membership it is does not matter, nor does case:
/// rules may find the same row by `user:A0…` and `user:a0…`.
struct ConcernedTopics {
    private var isEvery = false
    private var topics: Set<String> = []
    private var families: Set<String> = []
    private var parts: Set<String> = []

    /// Every topic.
    static let all = ConcernedTopics([MembershipConcern(.every)])

    init(_ concerns: [MembershipConcern]) {
        for concern in concerns {
            switch concern.scope {
            case .every: isEvery = true
            case .part(let text): parts.insert(text.lowercased())
            case .family(let name): families.insert(name.lowercased())
            case .topic(let name): topics.insert(Self.folded(name))
            }
        }
        // Looking at every topic for so many reasons costs more than asking again.
        if families.count + parts.count > Self.wideCountMax { isEvery = true }
    }

    /// The topics' folded names where each is named; nil where one has to look at all of them.
    var names: Set<String>? { isEvery || !families.isEmpty || !parts.isEmpty ? nil : topics }

    /// Whether every topic is meant.
    var areAll: Bool { isEvery }

    /// Whether a topic is meant.
    ///
    /// - Parameter folded: Its name, by ``folded(_:)``.
    /// - Returns: Whether verdicts on it may be from before.
    func contains(_ folded: String) -> Bool {
        if isEvery || topics.contains(folded) { return true }
        guard !families.isEmpty || !parts.isEmpty else { return false }
        let pieces = folded.split(separator: ":", omittingEmptySubsequences: false)
        if families.contains(where: { folded.hasPrefix($0 + ":") }) { return true }
        return pieces.dropFirst().contains { parts.contains(String($0)) }
    }

    /// A topic's name as names are compared here.
    static func folded(_ topic: TopicName) -> String { topic.folded.text }

    private static let wideCountMax = 100
}
