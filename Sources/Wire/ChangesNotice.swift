/// What the gateway tells a channel about its `postgres_changes`; the channel stays in any case.
public enum ChangesNotice: Error, Hashable, Sendable {
    /// From here on the channel gets what it asked for.
    case following

    /// A filter cannot be read; the text says how it was taken.
    case filterMalformed(String)

    /// `select` is no list.
    case selectMalformed

    /// `select` without one table that it is about.
    case selectOnWildcard

    /// Neither schema nor table; the text is what came.
    case tableMissing(String)

    /// No published table fits; the text is the binding.
    case notPublished(String)

    /// The database does not take the binding.
    case refused(binding: String, exception: String)

    /// The channel asks for more bindings than a channel may have.
    case tooManyOnChannel

    /// The connection's channels ask for more bindings than a connection may have.
    case tooManyOnConnection

    /// All connections together ask for more bindings than the node follows.
    case tooManyOnNode

    /// Whether this is news or an error.
    public var status: ReplyStatus { self == .following ? .ok : .error }

    /// The exact text of the message.
    public var message: String {
        switch self {
        case .following: "Subscribed to PostgreSQL"
        case .filterMalformed(let text): "Error parsing `filter` params: \(text)"
        case .selectMalformed:
            "Error parsing `select` params: expected a list of column name strings, "
                + #"e.g. select: ["col1", "col2"]"#
        case .selectOnWildcard:
            "Column selection is not supported for wildcard subscriptions. "
                + "Provide an explicit schema and table name."
        case .tableMissing(let text):
            "No subscription params provided. Please provide at least a `schema` or `table` "
                + "to subscribe to: \(text)"
        case .notPublished(let binding):
            "Unable to subscribe to changes with given parameters. Please check Realtime is "
                + "enabled for the given connect parameters: [\(binding)]"
        case .refused(let binding, let exception):
            "Unable to subscribe to changes with given parameters. An exception happened so "
                + "please check your connect parameters: [\(binding)]. Exception: \(exception)"
        case .tooManyOnChannel: "ChangesLimitReached: Too many bindings on this channel"
        case .tooManyOnConnection: "ChangesLimitReached: Too many bindings on this connection"
        case .tooManyOnNode: "ChangesLimitReached: Too many bindings on this node"
        }
    }

    /// What identifies the notice in logs and metrics.
    public var code: String { kind.rawValue }

    /// The payload of the `system` message that carries the notice.
    ///
    /// - Parameter channel: The topic without `realtime:`.
    /// - Returns: An object whose values are all strings.
    public func payload(channel: String) -> JSONText {
        SystemPayload.json(
            extension: MessageName.postgresChanges.rawValue,
            status: status,
            message: message,
            channel: channel
        )
    }

    /// Every notice with its meaning, for the documentation.
    public static let catalogue: [CatalogueEntry] = examples.map { notice in
        CatalogueEntry(
            code: notice.status.rawValue,
            text: notice.message,
            meaning: notice.kind.meaning,
            advice: notice.kind.advice
        )
    }

    private static let examples: [ChangesNotice] = [
        .following, .filterMalformed("<text>"), .selectMalformed, .selectOnWildcard,
        .tableMissing("<binding>"), .notPublished("<binding>"),
        .refused(binding: "<binding>", exception: "<error>"), .tooManyOnChannel,
        .tooManyOnConnection, .tooManyOnNode,
    ]

    private var kind: Kind {
        switch self {
        case .following: .following
        case .filterMalformed: .filterMalformed
        case .selectMalformed: .selectMalformed
        case .selectOnWildcard: .selectOnWildcard
        case .tableMissing: .tableMissing
        case .notPublished: .notPublished
        case .refused: .refused
        case .tooManyOnChannel: .tooManyOnChannel
        case .tooManyOnConnection: .tooManyOnConnection
        case .tooManyOnNode: .tooManyOnNode
        }
    }

    /// The notices without their values.
    private enum Kind: String {
        case following
        case filterMalformed = "filter_malformed"
        case selectMalformed = "select_malformed"
        case selectOnWildcard = "select_on_wildcard"
        case tableMissing = "table_missing"
        case notPublished = "not_published"
        case refused
        case tooManyOnChannel = "too_many_on_channel"
        case tooManyOnConnection = "too_many_on_connection"
        case tooManyOnNode = "too_many_on_node"

        var meaning: String {
            switch self {
            case .following: "Whatever is committed from here on arrives."
            case .filterMalformed:
                "A filter is not `column=operator.value`, or several of them with commas between."
            case .selectMalformed: "`select` is a string, not a list."
            case .selectOnWildcard: "`select` goes with one schema and one table only."
            case .tableMissing: "The binding names no table, or its parts do not fit together."
            case .notPublished:
                "No table of the publication `supabase_realtime` fits the binding."
            case .refused:
                "The role may not select a column that the binding names, or a value is not of "
                    + "its column's type."
            case .tooManyOnChannel: "The join has more bindings than a channel may have."
            case .tooManyOnConnection:
                "With the join the connection would have more bindings than one may have."
            case .tooManyOnNode: "The node has as many bindings as it follows."
            }
        }

        var advice: Advice {
            switch self {
            case .following: .nothing
            case .filterMalformed, .selectMalformed, .selectOnWildcard, .tableMissing,
                .notPublished, .refused, .tooManyOnChannel, .tooManyOnConnection:
                .correct
            case .tooManyOnNode: .rejoinLater
            }
        }
    }
}
