/// One number that the gateway exports; the raw value is its name.
///
/// All of them stand in `docs/METRICS.md`. A metric's labels take few values, each from a closed
/// list of ours; see ``MetricsObserver`` for what happens to the rest.
public enum Metric: String, CaseIterable, Sendable {
    // Gateway
    case info = "waypost_info"
    case ready = "waypost_ready"
    case httpResponses = "waypost_http_responses_total"
    case requestsRefused = "waypost_requests_refused_total"
    case requestsWaiting = "waypost_requests_waiting"
    // Connections
    case connections = "waypost_connections"
    case connectionsOpened = "waypost_connections_opened_total"
    case connectionsClosed = "waypost_connections_closed_total"
    case handshakesRefused = "waypost_handshakes_refused_total"
    case tokensRefused = "waypost_tokens_refused_total"
    case messagesMalformed = "waypost_messages_malformed_total"
    case limitsReached = "waypost_limits_reached_total"
    // Keys
    case keys = "waypost_keys"
    case keyRefreshes = "waypost_key_refreshes_total"
    // Channels
    case channels = "waypost_channels"
    case topics = "waypost_topics"
    case joinsAsked = "waypost_joins_asked_total"
    case joinsAccepted = "waypost_joins_accepted_total"
    case joinsRefused = "waypost_joins_refused_total"
    case joinsWithInvalidFields = "waypost_joins_with_invalid_fields_total"
    case joinSeconds = "waypost_join_seconds"
    case channelsLeft = "waypost_channels_left_total"
    case channelsCut = "waypost_channels_cut_total"
    case channelsHeld = "waypost_channels_held"
    case withheldBytes = "waypost_withheld_bytes"
    case withheldDropped = "waypost_withheld_dropped_total"
    case holdResyncs = "waypost_hold_resyncs_total"
    case reevaluations = "waypost_reevaluations_total"
    case revocationLagSeconds = "waypost_revocation_lag_seconds"
    // Broadcasts
    case broadcastsAccepted = "waypost_broadcasts_accepted_total"
    case broadcastsRefused = "waypost_broadcasts_refused_total"
    case broadcastsRelayed = "waypost_broadcasts_relayed_total"
    case broadcastsDropped = "waypost_broadcasts_dropped_total"
    // Presence
    case presences = "waypost_presences"
    case presencesTracked = "waypost_presences_tracked_total"
    case presencesResumed = "waypost_presences_resumed_total"
    case presencesRefused = "waypost_presences_refused_total"
    case presenceDiffs = "waypost_presence_diffs_total"
    case presenceDiffsMissed = "waypost_presence_diffs_missed_total"
    case presenceStates = "waypost_presence_states_total"
    // Changes
    case changesBindings = "waypost_changes_bindings"
    case changesTables = "waypost_changes_tables"
    case changesAnswers = "waypost_changes_answers_total"
    case changesRead = "waypost_changes_read_total"
    case changesMatched = "waypost_changes_matched_total"
    case changesDelivered = "waypost_changes_delivered_total"
    case changesWithheld = "waypost_changes_withheld_total"
    case changesRounds = "waypost_changes_rounds_total"
    case changesLagSeconds = "waypost_changes_lag_seconds"
    case changesFailed = "waypost_changes_failed_total"
    // Loops
    case messagesReceived = "waypost_messages_received_total"
    case bytesReceived = "waypost_received_bytes_total"
    case deliveries = "waypost_deliveries_total"
    case encodings = "waypost_encodings_total"
    case writes = "waypost_writes_total"
    case bytesSent = "waypost_sent_bytes_total"
    case links = "waypost_links"
    case linksRefused = "waypost_links_refused_total"
    case acceptPauses = "waypost_accept_pauses_total"
    case pings = "waypost_pings_total"
    // Database
    case databaseConnected = "waypost_database_connected"
    case databaseLost = "waypost_database_lost_total"
    case databaseRetries = "waypost_database_retries_total"
    case resyncs = "waypost_resyncs_total"
    // Outbox
    case readerMode = "waypost_reader_mode"
    case readerModeChanges = "waypost_reader_mode_changes_total"
    case readerWaitSeconds = "waypost_reader_wait_seconds"
    case windows = "waypost_windows_total"
    case windowMessages = "waypost_window_messages_total"
    case windowBytes = "waypost_window_bytes_total"
    case windowReadSeconds = "waypost_window_read_seconds"
    case windowLagSeconds = "waypost_window_lag_seconds"
    case rowsSkipped = "waypost_rows_skipped_total"
    case replays = "waypost_replays_total"
    case replaySeconds = "waypost_replay_seconds"
    case replayMessages = "waypost_replay_messages_total"
    case replayBytes = "waypost_replay_bytes_total"
    case replaysWaiting = "waypost_replays_waiting"
    case replayOverlaps = "waypost_replay_overlaps_total"
    case doorbellLockContended = "waypost_doorbell_lock_contended_total"
    case partitionsCreated = "waypost_partitions_created_total"
    case partitionsDropped = "waypost_partitions_dropped_total"
    case partitionsFailed = "waypost_partitions_failed_total"
    // Topic files
    case topicFamilies = "waypost_topic_families"
    case topicsKept = "waypost_topics_kept"
    case topicsReloads = "waypost_topics_reloads_total"
    // Authorization
    case policies = "waypost_policies"
    case policiesFailed = "waypost_policies_failed_total"
    case verdicts = "waypost_verdicts_total"
    case verdictsRemembered = "waypost_verdicts_remembered"
    case verdictsReused = "waypost_verdicts_reused_total"
    case verdictsForgotten = "waypost_verdicts_forgotten_total"
    case verdictSeconds = "waypost_verdict_seconds"
    case rulesFailed = "waypost_rules_failed_total"
    case authorizationUnavailable = "waypost_authorization_unavailable_total"
    // Row security
    case rowPolicies = "waypost_row_policies"
    case rowPoliciesFailed = "waypost_row_policies_failed_total"
    case rowRulesUnsupported = "waypost_row_rules_unsupported_total"
    case rowRulesFailed = "waypost_row_rules_failed_total"
    case rowConditionsFailed = "waypost_row_conditions_failed_total"
    case rowRounds = "waypost_row_rounds_total"
    case rowsJudged = "waypost_rows_judged_total"
    case rowsWithheld = "waypost_rows_withheld_total"
    case rowSeconds = "waypost_row_seconds"

    /// What a metric does over time.
    public enum Kind: String, CaseIterable, Sendable {
        /// Only rises, from zero at the start of the process.
        case counter

        /// Rises and falls.
        case gauge

        /// Counts how many values were at most each bucket's bound.
        case histogram
    }

    /// What a metric's number counts.
    public enum Unit: String, CaseIterable, Sendable {
        /// Things, or 0 and 1 for no and yes.
        case count

        /// Bytes.
        case bytes

        /// Seconds.
        case seconds
    }

    /// Whether it counts, shows a level or a distribution.
    public var kind: Kind { definition.kind }

    /// The names of its labels, in order.
    public var labels: [String] { definition.labels }

    /// One sentence that says what it means.
    public var help: String { definition.help }

    /// What its number counts, which its name ends in.
    public var unit: Unit {
        let stem = rawValue.hasSuffix("_total") ? String(rawValue.dropLast(6)) : rawValue
        if stem.hasSuffix("_bytes") { return .bytes }
        return stem.hasSuffix("_seconds") ? .seconds : .count
    }

    private var definition: Definition {
        guard let definition = Self.definitions[self] else {
            preconditionFailure("the metric \(rawValue) has no definition")
        }
        return definition
    }
}
