/// Whose membership a committed change may have changed.
///
/// The outbox has it as three texts: topic, member, effect (``init(topic:member:effect:)``).
public struct MembershipConcern: Hashable, Sendable {
    /// The topics that are meant.
    public enum Scope: Hashable, Sendable {
        /// Every topic, written `*`.
        case every
        /// Every topic one of whose parts between colons is this text, written `*:42`.
        case part(String)
        /// Every topic of a family, written `trip:*`.
        case family(String)
        /// One topic.
        case topic(TopicName)
    }

    /// The topics that are meant.
    public let scope: Scope
    /// The member that is meant, as the claim `sub` names it; nil for all.
    public let member: String?
    /// Whether the topic's own row is gone: what that transaction did is still for its members.
    public let endsTopic: Bool

    /// Describes whom a change concerns.
    ///
    /// - Parameters:
    ///   - scope: The topics.
    ///   - member: The member. Default all.
    ///   - endsTopic: Whether the topic's own row is gone. Default not.
    public init(_ scope: Scope, member: String? = nil, endsTopic: Bool = false) {
        self.scope = scope
        self.member = member
        self.endsTopic = endsTopic
    }

    /// Reads what the outbox has; nil where the topic is no name.
    ///
    /// - Parameters:
    ///   - topic: `*`, `*:PART`, `FAMILY:*` or a topic's name.
    ///   - member: A member, or empty for all.
    ///   - effect: `end` where the topic's own row is gone, else empty.
    public init?(topic: String, member: String, effect: String) {
        let scope: Scope
        if topic == "*" {
            scope = .every
        } else if topic.hasPrefix("*:") {
            scope = .part(String(topic.dropFirst(2)))
        } else if topic.hasSuffix(":*") {
            scope = .family(String(topic.dropLast(2)))
        } else if let name = try? TopicName(topic) {
            scope = .topic(name)
        } else {
            return nil
        }
        self.init(scope, member: member.isEmpty ? nil : member, endsTopic: effect == "end")
    }

    /// Whether the topic is among those meant.
    ///
    /// A UUID is the same in upper and lower case: the rules find one row by both, and the outbox
    /// writes it as PostgreSQL does.
    ///
    /// - Parameter topic: A topic's name.
    /// - Returns: Whether members of it are concerned.
    public func covers(_ topic: TopicName) -> Bool {
        switch scope {
        case .every: true
        case .part(let text):
            Self.parts(topic.text).dropFirst().contains { Self.areSame($0, text[...].utf8) }
        case .family(let name):
            topic.text.utf8.starts(with: name.utf8)
                && topic.text.utf8.dropFirst(name.utf8.count).first == UInt8(ascii: ":")
        case .topic(let name): name == topic || Self.areSame(name, topic)
        }
    }

    private static func areSame(_ one: TopicName, _ other: TopicName) -> Bool {
        guard one.text.utf8.count == other.text.utf8.count else { return false }
        return parts(one.text).elementsEqual(parts(other.text), by: areSame)
    }

    /// Whether two parts of topics' names stand for the same value.
    private static func areSame(_ one: Substring.UTF8View, _ other: Substring.UTF8View) -> Bool {
        guard one.count == other.count else { return false }
        if one.elementsEqual(other) { return true }
        guard isUUID(one), isUUID(other) else { return false }
        // In hexadecimal digits and dashes nothing but case differs in this bit.
        return one.elementsEqual(other) { $0 | 0x20 == $1 | 0x20 }
    }

    private static func isUUID(_ part: Substring.UTF8View) -> Bool {
        part.count == 36
            && part.enumerated().allSatisfy { place, byte in
                switch byte {
                case UInt8(ascii: "-"): [8, 13, 18, 23].contains(place)
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                    UInt8(ascii: "A")...UInt8(ascii: "F"):
                    ![8, 13, 18, 23].contains(place)
                default: false
                }
            }
    }

    private static func parts(_ text: String) -> [Substring.UTF8View] {
        text[...].utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .map { Substring($0).utf8 }
    }
}
