/// What the names of a topic family look like: its own name, then one or more parameters, all
/// separated by colons, such as `trip:{trip_id}`.
public struct TopicPattern: Hashable, Sendable {
    /// What a parameter's text must be.
    public enum ParameterType: Hashable, Sendable {
        /// A whole number that PostgreSQL's `bigint` holds, as PostgreSQL writes it.
        case bigint
        /// A UUID.
        case uuid
        /// Text without a colon that matches a regular expression of PostgreSQL as a whole.
        case text(matching: String)
    }

    /// A named part of a topic's name.
    public struct Parameter: Hashable, Sendable {
        /// Its name: letters, digits and underscores, beginning with a letter.
        public let name: String
        /// What its text must be.
        public let type: ParameterType

        /// Describes a parameter.
        ///
        /// - Parameters:
        ///   - name: Its name.
        ///   - type: What its text must be.
        public init(name: String, type: ParameterType) {
            self.name = name
            self.type = type
        }
    }

    /// The family's name: what stands before the first colon, letters, digits, `_` and `-`.
    public let family: String
    /// The parameters, in order; at least one.
    public let parameters: [Parameter]

    /// Describes a pattern.
    ///
    /// - Parameters:
    ///   - family: The family's name.
    ///   - parameters: At least one.
    public init(family: String, parameters: [Parameter]) {
        self.family = family
        self.parameters = parameters
    }

    /// Whether a topic is of this family, by its name and the number of its parts alone: whether
    /// the parts fit their types the database says.
    ///
    /// - Parameter topic: A topic's name.
    /// - Returns: Whether the rules of this family are the ones that count.
    public func covers(_ topic: TopicName) -> Bool {
        let bytes = topic.text.utf8
        guard bytes.count > family.utf8.count, bytes.starts(with: family.utf8),
            bytes.dropFirst(family.utf8.count).first == UInt8(ascii: ":")
        else { return false }
        return bytes.count(where: { $0 == UInt8(ascii: ":") }) == parameters.count
    }
}

extension TopicPattern: CustomStringConvertible {
    /// The pattern as topic files write it.
    public var description: String {
        ([family] + parameters.map { "{\($0.name)}" }).joined(separator: ":")
    }
}
