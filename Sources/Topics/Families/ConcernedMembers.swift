/// Whose memberships may have changed, put together so that the members of a topic are found
/// without looking at every concern.
///
/// Topics are compared without regard to case, and rather one too many is meant than one too few.
public struct ConcernedMembers: Sendable {
    /// The members of one topic that are concerned.
    public struct Members: Sendable {
        fileprivate var isEverybody = false
        fileprivate var names: Set<MemberName> = []

        /// Whether a member is among them.
        ///
        /// - Parameter member: Who; nil for somebody without a name.
        /// - Returns: Whether he is concerned.
        public func include(_ member: MemberName?) -> Bool {
            if isEverybody { return true }
            return member.map(names.contains) ?? false
        }

        fileprivate mutating func add(_ member: String?) {
            if let member {
                names.insert(MemberName(member))
            } else {
                isEverybody = true
            }
        }

        fileprivate mutating func add(_ others: Members) {
            isEverybody = isEverybody || others.isEverybody
            if !isEverybody { names.formUnion(others.names) }
        }
    }

    private var topics: [TopicName: Members] = [:]
    private var families: [ExactText: Members] = [:]
    private var parts: [ExactText: Members] = [:]
    private var every: Members?
    private let spared: Set<TopicName>

    /// Roughly what it takes in memory, in bytes.
    public private(set) var byteCount = 256

    /// Puts concerns together.
    ///
    /// - Parameters:
    ///   - concerns: Whom something concerns.
    ///   - spared: Topics that are left out, whatever the concerns say. Default none.
    public init(_ concerns: [MembershipConcern], sparing spared: Set<TopicName> = []) {
        self.spared = Set(spared.map(\.folded))
        for concern in concerns {
            byteCount += 128 + 2 * (concern.member?.utf8.count ?? 0)
            switch concern.scope {
            case .every: every = (every ?? Members()).adding(concern.member)
            case .part(let text):
                parts[Self.folded(text), default: Members()].add(concern.member)
                byteCount += text.utf8.count
            case .family(let name):
                families[Self.folded(name), default: Members()].add(concern.member)
                byteCount += name.utf8.count
            case .topic(let name):
                topics[name.folded, default: Members()].add(concern.member)
                byteCount += name.text.utf8.count
            }
        }
    }

    /// Whether nobody is concerned anywhere.
    public var isEmpty: Bool {
        every == nil && topics.isEmpty && families.isEmpty && parts.isEmpty
    }

    private static func folded(_ text: String) -> ExactText {
        ExactText(text.lowercased())
    }

    /// The topics that are meant, folded, where all are meant by their names; else nil.
    public var namedTopics: [TopicName]? {
        guard every == nil, families.isEmpty, parts.isEmpty else { return nil }
        return Array(topics.keys)
    }

    /// Finds who is concerned in a topic.
    ///
    /// - Parameter topic: A topic's name.
    /// - Returns: The members, or nil where nobody is.
    public func members(of topic: TopicName) -> Members? {
        let topic = topic.folded
        if spared.contains(topic) { return nil }
        var found = every
        func meet(_ members: Members?) {
            guard let members else { return }
            found = found?.joined(with: members) ?? members
        }
        meet(topics[topic])
        guard !families.isEmpty || !parts.isEmpty else { return found }
        let texts = topic.text.utf8.split(
            separator: UInt8(ascii: ":"),
            omittingEmptySubsequences: false
        )
        guard texts.count > 1 else { return found }
        if !families.isEmpty {
            // A family's name may have colons itself.
            var end = texts[0].endIndex
            for text in texts.dropFirst() {
                meet(families[ExactText(String(Substring(topic.text.utf8[..<end])))])
                end = text.endIndex
            }
        }
        if !parts.isEmpty {
            for text in texts.dropFirst() { meet(parts[ExactText(String(Substring(text)))]) }
        }
        return found
    }
}

extension ConcernedMembers.Members {
    fileprivate func adding(_ member: String?) -> Self {
        var members = self
        members.add(member)
        return members
    }

    fileprivate func joined(with others: Self) -> Self {
        var members = self
        members.add(others)
        return members
    }
}
