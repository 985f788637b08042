public import Topics

/// One row of the outbox, ready to be handed to the subscribers of its topics.
public struct OutboxMessage: Equatable, Sendable {
    /// Its place among the messages of its window.
    public let seq: Int64

    /// The transaction that wrote it; nil where that is not known.
    public let transaction: UInt64?

    /// The row's identifier, a UUID in lower case.
    public let id: String

    /// The topics it goes to; a change that no topic carries has none.
    public let topics: [TopicName]

    /// Whether it goes to the private or the public topics of these names.
    public let isPrivate: Bool

    /// The name that connections know it by: `event` of a broadcast, the operation of a change.
    public let name: String

    /// What it carries; empty for a change that no topic carries.
    public let payload: Payload

    /// Which row changed and how; nil for what `realtime.send` and its siblings wrote.
    public let relation: Relation?

    /// Makes a message.
    ///
    /// - Parameters:
    ///   - seq: Its place among the messages of its window.
    ///   - id: A UUID.
    ///   - topics: Where it goes; may be empty for a change.
    ///   - isPrivate: Whether the private topics are meant.
    ///   - name: The name that connections know it by.
    ///   - payload: What it carries.
    ///   - relation: Which row changed, for a change.
    ///   - transaction: The transaction that wrote it. Default nil, not known.
    public init(
        seq: Int64,
        id: String,
        topics: [TopicName],
        isPrivate: Bool,
        name: String,
        payload: Payload,
        relation: Relation? = nil,
        transaction: UInt64? = nil
    ) {
        self.seq = seq
        self.transaction = transaction
        self.id = id
        self.topics = topics
        self.isPrivate = isPrivate
        self.name = name
        self.payload = payload
        self.relation = relation
    }

    /// What a message carries.
    public enum Payload: Equatable, Sendable {
        /// One JSON value, as PostgreSQL wrote it.
        case json([UInt8])

        /// Any bytes, from `realtime.send_binary`.
        case binary([UInt8])

        /// The value's text, or the bytes themselves.
        public var bytes: [UInt8] {
            switch self {
            case .json(let bytes), .binary(let bytes): bytes
            }
        }
    }

    /// The row that a change is about.
    public struct Relation: Equatable, Sendable {
        /// The schema of its table.
        public let schema: String

        /// Its table, without the schema.
        public let table: String

        /// What happened to it.
        public let operation: Operation

        /// Its primary key as a JSON object; nil for ``Operation/truncate``.
        public let key: [UInt8]?

        /// The row before, as a JSON object; nil where there was none.
        public let old: [UInt8]?

        /// The row after, as a JSON object; nil where there is none.
        public let new: [UInt8]?

        /// Whether this says what happened to the row, whatever topics it left or entered by it.
        public let isPublished: Bool

        /// Whether the row left the message's topics for others of the same families.
        public let isMoved: Bool

        /// Describes a change.
        ///
        /// - Parameters:
        ///   - schema: The schema of its table.
        ///   - table: Its table.
        ///   - operation: What happened.
        ///   - key: The primary key as a JSON object.
        ///   - old: The row before.
        ///   - new: The row after.
        ///   - isPublished: Whether this says what happened, whatever the topics are.
        ///   - isMoved: Whether the row left for topics of the same families. Default no.
        public init(
            schema: String,
            table: String,
            operation: Operation,
            key: [UInt8]?,
            old: [UInt8]?,
            new: [UInt8]?,
            isPublished: Bool,
            isMoved: Bool = false
        ) {
            self.schema = schema
            self.table = table
            self.operation = operation
            self.key = key
            self.old = old
            self.new = new
            self.isPublished = isPublished
            self.isMoved = isMoved
        }
    }

    /// What can happen to a row.
    public enum Operation: String, CaseIterable, Sendable {
        /// It is new.
        case insert = "INSERT"

        /// It has other values.
        case update = "UPDATE"

        /// It is gone.
        case delete = "DELETE"

        /// All rows of the table are gone at once; nobody can say which there were.
        case truncate = "TRUNCATE"
    }

    /// Roughly what it takes in memory, in bytes.
    public var byteCount: Int {
        payload.bytes.count + name.utf8.count + topics.reduce(0) { $0 + $1.text.utf8.count } + 64
            + (relation.map {
                ($0.key?.count ?? 0) + ($0.old?.count ?? 0) + ($0.new?.count ?? 0)
            } ?? 0)
    }
}
