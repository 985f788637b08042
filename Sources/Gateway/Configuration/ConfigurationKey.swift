/// Every setting of the gateway, by its name in the YAML file.
///
/// In the environment a key is upper case, with `_` for `.` and `WAYPOST_` in front:
/// `listen.port` is `WAYPOST_LISTEN_PORT`. On the command line it is `--set listen.port=4000`.
public enum ConfigurationKey: String, CaseIterable, Sendable {
    case profile
    case listenHost = "listen.host"
    case listenPort = "listen.port"
    case listenLoops = "listen.loops"
    case listenTLSCertificate = "listen.tls_certificate"
    case listenTLSKey = "listen.tls_key"
    case adminHost = "admin.host"
    case adminPort = "admin.port"
    case adminToken = "admin.token"
    case databaseDSN = "database.dsn"
    case databaseListenDSN = "database.listen_dsn"
    case databaseSafetyPollMilliseconds = "database.safety_poll_milliseconds"
    case databaseHotPollMilliseconds = "database.hot_poll_milliseconds"
    case databaseHotCommitsPerSecond = "database.hot_commits_per_second"
    case databaseSliceBytes = "database.slice_bytes"
    case outboxRetentionHours = "outbox.retention_hours"
    case outboxPartitionsAheadDays = "outbox.partitions_ahead_days"
    case tokenSecret = "token.secret"
    case tokenPublicKeyFile = "token.public_key_file"
    case tokenJWKSFile = "token.jwks_file"
    case tokenJWKSURL = "token.jwks_url"
    case tokenJWKSAuthorities = "token.jwks_ca_file"
    case tokenJWKSRefreshSeconds = "token.jwks_refresh_seconds"
    case tokenJWKSRefetchSeconds = "token.jwks_refetch_seconds"
    case tokenOpaqueKeys = "token.opaque_keys"
    case tokenAllowedRoles = "token.allowed_roles"
    case tokenRequiredClaims = "token.required_claims"
    case tokenAudience = "token.audience"
    case tokenIssuer = "token.issuer"
    case tokenLeewaySeconds = "token.leeway_seconds"
    case channelsPublic = "channels.public"
    case channelsKeptHeaders = "channels.kept_headers"
    case topicsFolder = "topics.folder"
    case topicsLookSeconds = "topics.look_seconds"
    case broadcastsStreamNames = "broadcasts.stream_names"
    case broadcastsGrowingTexts = "broadcasts.growing_texts"
    case changesNeverSent = "changes.never_sent"
    case changesTableCheckMilliseconds = "changes.table_check_milliseconds"
    case changesQueueBytes = "changes.queue_bytes"
    case changesPolicyMilliseconds = "changes.policy_milliseconds"
    case changesConditionMilliseconds = "changes.condition_milliseconds"
    case changesPenaltySeconds = "changes.penalty_seconds"
    case presenceDefault = "presence.default"
    case presenceGraceSeconds = "presence.grace_seconds"
    case presenceKeysPerTopic = "presence.keys_per_topic"
    case presenceMetasPerKey = "presence.metas_per_key"
    case presenceTopicBytes = "presence.topic_bytes"
    case presencePayloadBytes = "presence.payload_bytes"
    case presenceCalls = "presence.calls"
    case presenceWindowSeconds = "presence.window_seconds"
    case authorizationDeadlineMilliseconds = "authorization.deadline_milliseconds"
    case authorizationQuestions = "authorization.questions"
    case authorizationConnections = "authorization.connections"
    case authorizationPolicyCheckMilliseconds = "authorization.policy_check_milliseconds"
    case authorizationRememberMilliseconds = "authorization.remember_milliseconds"
    case authorizationRemembered = "authorization.remembered"
    case authorizationRecheckSeconds = "authorization.recheck_seconds"
    case replayMessages = "replay.messages"
    case replayBytes = "replay.bytes"
    case replayHeldBytes = "replay.held_bytes"
    case replayQueries = "replay.queries"
    case replayDeadlineMilliseconds = "replay.deadline_milliseconds"
    case replayConnections = "replay.connections"
    case limitsConnections = "limits.connections"
    case limitsChannelsPerConnection = "limits.channels_per_connection"
    case limitsJoinsPerSecond = "limits.joins_per_second"
    case limitsMessagesPerSecond = "limits.messages_per_second"
    case limitsBytesPerSecond = "limits.bytes_per_second"
    case limitsWindowSeconds = "limits.window_seconds"
    case limitsNodeConnections = "limits.node.connections"
    case limitsNodeJoins = "limits.node.joins_per_second"
    case limitsNodeMessages = "limits.node.messages_per_second"
    case limitsNodeBytes = "limits.node.bytes_per_second"
    case limitsNodePresence = "limits.node.presence_per_second"
    case limitsUserConnections = "limits.user.connections"
    case limitsUserJoins = "limits.user.joins_per_second"
    case limitsUserMessages = "limits.user.messages_per_second"
    case limitsUserBytes = "limits.user.bytes_per_second"
    case limitsUserPresence = "limits.user.presence_per_second"
    case limitsKeyConnections = "limits.key.connections"
    case limitsKeyJoins = "limits.key.joins_per_second"
    case limitsKeyMessages = "limits.key.messages_per_second"
    case limitsKeyBytes = "limits.key.bytes_per_second"
    case limitsKeyPresence = "limits.key.presence_per_second"
    case limitsAddressConnections = "limits.address.connections"
    case limitsAddressJoins = "limits.address.joins_per_second"
    case limitsAddressMessages = "limits.address.messages_per_second"
    case limitsAddressBytes = "limits.address.bytes_per_second"
    case limitsAddressPresence = "limits.address.presence_per_second"
    case limitsChangesPerChannel = "limits.changes_per_channel"
    case limitsChangesPerConnection = "limits.changes_per_connection"
    case limitsChanges = "limits.changes"
    case limitsPayloadBytes = "limits.payload_bytes"
    case limitsMessageBytes = "limits.message_bytes"
    case limitsTopicBytes = "limits.topic_bytes"
    case limitsQueueBytes = "limits.queue_bytes"
    case limitsWithheldBytes = "limits.withheld_bytes"
    case limitsMailboxBytes = "limits.mailbox_bytes"
    case limitsHalfOpenPerAddress = "limits.half_open_per_address"
    case limitsRequestBytes = "limits.request_bytes"
    case limitsRequestMessages = "limits.request_messages"
    case limitsRequestsPerSecond = "limits.requests_per_second"
    case limitsRequestMessagesPerSecond = "limits.request_messages_per_second"
    case limitsWaitingRequests = "limits.waiting_requests"
    case timeoutsHandshakeSeconds = "timeouts.handshake_seconds"
    case timeoutsBodySeconds = "timeouts.body_seconds"
    case timeoutsIdleSeconds = "timeouts.idle_seconds"
    case timeoutsPingSeconds = "timeouts.ping_seconds"
    case timeoutsChannellessSeconds = "timeouts.channelless_seconds"
    case timeoutsDrainSeconds = "timeouts.drain_seconds"
    case trustedProxies = "trusted_proxies"
    case metricsSupabaseNames = "metrics.supabase_names"
    case logLevel = "log.level"
    case logFormat = "log.format"

    /// What a setting holds when nobody set it; an empty text or list means that it is off.
    public enum Value: Equatable, Sendable {
        /// One line of text.
        case text(String)
        /// A whole number within a range.
        case number(Int, ClosedRange<Int>)
        /// One of a few words.
        case choice(String, of: [String])
        /// A list of texts; in the file only.
        case list([String])
    }

    /// Whether the value is never printed.
    public var isSecret: Bool {
        switch self {
        case .adminToken, .databaseDSN, .databaseListenDSN, .tokenSecret, .tokenOpaqueKeys: true
        default: false
        }
    }

    /// The key's name in the environment.
    public var environmentName: String {
        "WAYPOST_" + rawValue.uppercased().replacing(".", with: "_")
    }
}
