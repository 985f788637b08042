extension Metric {
    struct Definition: Sendable {
        let kind: Kind
        let help: String
        let labels: [String]

        static func counter(_ help: String, by labels: String...) -> Self {
            Self(kind: .counter, help: help, labels: labels)
        }

        static func gauge(_ help: String, by labels: String...) -> Self {
            Self(kind: .gauge, help: help, labels: labels)
        }

        static func histogram(_ help: String, by labels: String...) -> Self {
            Self(kind: .histogram, help: help, labels: labels)
        }
    }

    /// Upper bounds of the buckets of every histogram, in seconds.
    static let bucketSeconds: [Double] = [
        0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30,
    ]

    /// Kind, meaning and labels of each metric.
    static let definitions: [Metric: Definition] = [
        .info: .gauge("Always 1; the label says which version runs.", by: "version"),
        .ready: .gauge("1 while the gateway serves and its reader has caught up."),
        .httpResponses: .counter("Plain HTTP requests answered.", by: "status"),
        .requestsRefused: .counter("Requests to broadcast refused.", by: "reason"),
        .requestsWaiting: .gauge("Requests to broadcast that are read or wait for a verdict."),

        .connections: .gauge("Connections that are open."),
        .connectionsOpened: .counter("Handshakes accepted."),
        .connectionsClosed: .counter("Connections that ended.", by: "reason"),
        .handshakesRefused: .counter("Handshakes refused.", by: "status", "code"),
        .tokensRefused: .counter("Tokens refused, wherever they came.", by: "reason"),
        .messagesMalformed: .counter("Messages dropped as malformed.", by: "kind"),
        .limitsReached: .counter(
            "Times that somebody would have done more than a scope may.",
            by: "scope",
            "limit"
        ),

        .keys: .gauge("Keys from files and URLs that tokens are verified with.", by: "source"),
        .keyRefreshes: .counter(
            "Times that keys were read or fetched anew.",
            by: "source",
            "outcome"
        ),

        .channels: .gauge("Channels that are joined."),
        .topics: .gauge("Topics with a subscriber, counted once for each loop."),
        .joinsAsked: .counter("Joins asked for."),
        .joinsAccepted: .counter("Joins accepted."),
        .joinsRefused: .counter("Joins refused.", by: "code"),
        .joinsWithInvalidFields: .counter("Joins that had fields of the wrong type."),
        .joinSeconds: .histogram("Time from a join to its ok."),
        .channelsLeft: .counter("Channels that ended by a leave."),
        .channelsCut: .counter("Channels that the gateway ended.", by: "code"),
        .channelsHeld: .gauge(
            "Channels that wait until it is known whether they may go on, or until the reader has "
                + "read as far as their join's verdict."
        ),
        .withheldBytes: .gauge("Bytes that are withheld from them."),
        .withheldDropped: .counter("Withheld messages that were dropped.", by: "reason"),
        .holdResyncs: .counter("Channels that went on and were told to load again."),
        .reevaluations: .counter("Verdicts asked for anew.", by: "cause"),
        .revocationLagSeconds: .histogram("From a committed change to the end of a channel by it."),

        .broadcastsAccepted: .counter("Broadcasts of connections and requests accepted."),
        .broadcastsRefused: .counter("Broadcasts not passed on.", by: "reason"),
        .broadcastsRelayed: .counter("Broadcasts handed from one loop to another."),
        .broadcastsDropped: .counter("Broadcasts that missed a loop with a full mailbox."),

        .presences: .gauge("Entries that topics show, those of lost connections among them."),
        .presencesTracked: .counter("Calls to track that were carried out."),
        .presencesResumed: .counter("Such calls that went on with a lost connection's entry."),
        .presencesRefused: .counter("Calls to track or untrack that were refused.", by: "reason"),
        .presenceDiffs: .counter("Diffs of presence: one for each topic and turn with changes."),
        .presenceDiffsMissed: .counter("Diffs that missed a loop; its channels get a state."),
        .presenceStates: .counter("States of presence sent to channels."),

        .changesBindings: .gauge(
            "Bindings followed now, each once for every table that it is about."
        ),
        .changesTables: .gauge(
            "Tables of the publication that are served."
        ),
        .changesAnswers: .counter(
            "Channels told what becomes of their bindings.",
            by: "code"
        ),
        .changesRead: .counter(
            "Changes of tables that somebody wants."
        ),
        .changesMatched: .counter(
            "Pairs of a change and a channel that fit, before the database is asked."
        ),
        .changesDelivered: .counter(
            "Changes handed to loops, once for each channel."
        ),
        .changesWithheld: .counter(
            "Pairs that row security or a condition kept from the channel."
        ),
        .changesRounds: .counter(
            "Times that the database was asked who may see changes."
        ),
        .changesLagSeconds: .histogram(
            "From COMMIT, or where its time is unknown the read, to the loops."
        ),
        .changesFailed: .counter(
            "Steps of following changes that the database refused.",
            by: "step"
        ),

        .messagesReceived: .counter("Messages received from connections."),
        .bytesReceived: .counter("Bytes received from connections."),
        .deliveries: .counter("Messages put into the queues of subscribers."),
        .encodings: .counter("Messages encoded: once for each serializer in use."),
        .writes: .counter("System calls that wrote to connections."),
        .bytesSent: .counter("Bytes written to connections."),
        .links: .gauge("TCP connections, in any state."),
        .linksRefused: .counter("TCP connections cut before a request was whole.", by: "reason"),
        .acceptPauses: .counter("Times that accepting stopped at a limit."),
        .pings: .counter("Pings sent to silent connections."),

        .databaseConnected: .gauge("1 while the connection stands.", by: "link"),
        .databaseLost: .counter("Connections lost or not made.", by: "link"),
        .databaseRetries: .counter("Waits before another attempt.", by: "link"),
        .resyncs: .counter("Times that members were asked to load anew.", by: "reason"),

        .readerMode: .gauge("1 for the mode that the outbox reader is in.", by: "mode"),
        .readerModeChanges: .counter("Changes into a mode.", by: "mode"),
        .readerWaitSeconds: .histogram("Time that the reader waited for a full mailbox."),
        .windows: .counter("Windows read that had messages."),
        .windowMessages: .counter("Messages read from the outbox."),
        .windowBytes: .counter("Bytes of messages read from the outbox."),
        .windowReadSeconds: .histogram("Time to read a window."),
        .windowLagSeconds: .histogram("Age of a window's oldest message when it was read."),
        .rowsSkipped: .counter("Rows that cannot be delivered.", by: "reason"),
        .replays: .counter("Replays asked for.", by: "outcome"),
        .replaySeconds: .histogram("Time from asking for a replay to having read it."),
        .replayMessages: .counter("Messages read for replays."),
        .replayBytes: .counter("Bytes of messages read for replays."),
        .replaysWaiting: .gauge("Joins that wait for their replay."),
        .replayOverlaps: .counter("New messages not sent to a channel whose replay covers them."),
        .doorbellLockContended: .counter("Times that others held the doorbell's lock."),
        .partitionsCreated: .counter("Partitions created."),
        .partitionsDropped: .counter("Partitions dropped."),
        .partitionsFailed: .counter("Failures in the upkeep of partitions.", by: "step"),

        .topicFamilies: .gauge("Topic families that a file is served for."),
        .topicsKept: .gauge("1 while other files lie in the folder than those served."),
        .topicsReloads: .counter("Times that the folder was read for a reason.", by: "outcome"),

        .policies: .gauge("Policies that serve; 0 while they cannot be compiled."),
        .policiesFailed: .counter("Times that the policies could not be compiled."),
        .verdicts: .counter("Questions answered.", by: "outcome"),
        .verdictsRemembered: .gauge("Verdicts that are remembered for some seconds."),
        .verdictsReused: .counter("Of these questions, those answered from memory."),
        .verdictsForgotten: .counter("Verdicts forgotten early, because something changed."),
        .verdictSeconds: .histogram("Time from a question to its verdict."),
        .rulesFailed: .counter("Rules that raised an error, which denies."),
        .authorizationUnavailable: .counter("Questions without an answer.", by: "kind"),

        .rowPolicies: .gauge("Policies of published tables; 0 while they cannot be read."),
        .rowPoliciesFailed: .counter("Times that these could not be read or compiled."),
        .rowRulesUnsupported: .counter("Policies that name a column which changes lack."),
        .rowRulesFailed: .counter("Policies that raised, which withholds.", by: "sqlstate"),
        .rowConditionsFailed: .counter("Conditions that raised; no.", by: "sqlstate"),
        .rowRounds: .counter("Round trips that asked who may see changes of rows."),
        .rowsJudged: .counter("Rows asked about, once for each caller."),
        .rowsWithheld: .counter("Such rows that were not shown.", by: "reason"),
        .rowSeconds: .histogram("Time to answer for one slice of changes."),
    ]
}
