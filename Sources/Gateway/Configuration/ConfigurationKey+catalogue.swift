extension ConfigurationKey {
    /// What the setting holds by default, and which values it takes.
    public var value: Value { entry.value }

    /// What the setting does, in a sentence or two.
    public var summary: String { entry.summary }

    private var entry: (value: Value, summary: String) {
        switch self {
        case .listenHost, .listenPort, .listenLoops, .listenTLSCertificate, .listenTLSKey:
            listenEntry
        case .profile, .adminHost, .adminPort, .adminToken, .trustedProxies,
            .metricsSupabaseNames, .logLevel, .logFormat:
            operationEntry
        case .databaseDSN, .databaseListenDSN,
            .databaseSafetyPollMilliseconds, .databaseHotPollMilliseconds,
            .databaseHotCommitsPerSecond, .databaseSliceBytes, .outboxRetentionHours,
            .outboxPartitionsAheadDays:
            databaseEntry
        case .tokenSecret, .tokenPublicKeyFile, .tokenJWKSFile, .tokenJWKSURL,
            .tokenJWKSAuthorities, .tokenJWKSRefreshSeconds, .tokenJWKSRefetchSeconds,
            .tokenOpaqueKeys:
            keyEntry
        case .tokenAllowedRoles, .tokenRequiredClaims, .tokenAudience, .tokenIssuer,
            .tokenLeewaySeconds:
            tokenEntry
        case .channelsPublic, .channelsKeptHeaders, .authorizationDeadlineMilliseconds,
            .authorizationQuestions, .authorizationConnections,
            .authorizationPolicyCheckMilliseconds, .authorizationRememberMilliseconds,
            .authorizationRemembered, .authorizationRecheckSeconds:
            accessEntry
        case .topicsFolder, .topicsLookSeconds, .broadcastsStreamNames, .broadcastsGrowingTexts:
            topicsEntry
        case .changesNeverSent, .changesTableCheckMilliseconds, .changesQueueBytes,
            .changesPolicyMilliseconds, .changesConditionMilliseconds, .changesPenaltySeconds,
            .limitsChangesPerChannel, .limitsChangesPerConnection, .limitsChanges:
            changesEntry
        case .presenceDefault, .presenceGraceSeconds, .presenceKeysPerTopic,
            .presenceMetasPerKey, .presenceTopicBytes, .presencePayloadBytes, .presenceCalls,
            .presenceWindowSeconds:
            presenceEntry
        case .replayMessages, .replayBytes, .replayHeldBytes, .replayQueries,
            .replayDeadlineMilliseconds, .replayConnections:
            replayEntry
        case .limitsConnections, .limitsChannelsPerConnection, .limitsJoinsPerSecond,
            .limitsMessagesPerSecond, .limitsBytesPerSecond, .limitsWindowSeconds,
            .limitsPayloadBytes, .limitsMessageBytes, .limitsTopicBytes, .limitsQueueBytes,
            .limitsWithheldBytes, .limitsMailboxBytes, .limitsHalfOpenPerAddress:
            limitEntry
        case .limitsNodeConnections, .limitsNodeJoins, .limitsNodeMessages, .limitsNodeBytes,
            .limitsNodePresence, .limitsKeyConnections, .limitsKeyJoins, .limitsKeyMessages,
            .limitsKeyBytes, .limitsKeyPresence, .limitsUserConnections, .limitsUserJoins,
            .limitsUserMessages, .limitsUserBytes, .limitsUserPresence, .limitsAddressConnections,
            .limitsAddressJoins, .limitsAddressMessages, .limitsAddressBytes,
            .limitsAddressPresence:
            sharedLimitEntry
        case .limitsRequestBytes, .limitsRequestMessages, .limitsRequestsPerSecond,
            .limitsRequestMessagesPerSecond, .limitsWaitingRequests:
            requestEntry
        case .timeoutsHandshakeSeconds, .timeoutsBodySeconds, .timeoutsIdleSeconds,
            .timeoutsPingSeconds, .timeoutsChannellessSeconds, .timeoutsDrainSeconds:
            timeoutEntry
        }
    }

    private var listenEntry: (Value, String) {
        switch self {
        case .listenHost:
            (.text("0.0.0.0"), "The address that WebSockets are served on; `::` for IPv6.")
        case .listenPort:
            (.number(4000, 0...65_535), "The port there; 0 takes a free one.")
        case .listenLoops:
            (.number(0, 0...64), "Threads that serve connections; 0 is one for each core.")
        case .listenTLSCertificate:
            (.text(""), "A PEM file with the certificate chain; set, the port speaks TLS only.")
        default:
            (.text(""), "The PEM file with the certificate's private key.")
        }
    }

    private var operationEntry: (Value, String) {
        switch self {
        case .profile:
            (
                .choice("waypost", of: ConfigurationProfile.allCases.map(\.rawValue)),
                "Whose defaults apply to all that is not set: ours, or the limits of Supabase's "
                    + "hosted service."
            )
        case .adminHost:
            (.text("127.0.0.1"), "The address of `/metrics`; off loopback it asks for a token.")
        case .adminPort:
            (.number(9464, 0...65_535), "The port of `/metrics`; 0 takes a free one.")
        case .adminToken:
            (
                .text(""),
                "The bearer token of `/metrics`, needed when `admin.host` is no loopback, and of "
                    + "`/admin/…`, which is off without it."
            )
        case .trustedProxies:
            (
                .list([]),
                "Addresses of proxies, no networks; behind them the last other one in "
                    + "`x-forwarded-for` counts."
            )
        case .metricsSupabaseNames:
            (
                .choice("off", of: ["off", "on"]),
                "Whether `/metrics` has Supabase's most used series too, under their names."
            )
        case .logLevel:
            (
                .choice("info", of: ["trace", "debug", "info", "notice", "warning", "error"]),
                "The least serious log line that is written."
            )
        default:
            (.choice("json", of: ["json", "plain"]), "A log line as a JSON object, or for people.")
        }
    }

    private var databaseEntry: (Value, String) {
        switch self {
        case .databaseDSN:
            (.text(""), "How to reach PostgreSQL as the login `waypost`; required.")
        case .databaseListenDSN:
            (.text(""), "The same for LISTEN, past any pooler; by default `database.dsn`.")
        case .databaseSafetyPollMilliseconds:
            (
                .number(1_000, 0...60_000),
                "How often the outbox is read although no doorbell rang; 0 turns it off (tests)."
            )
        case .databaseHotPollMilliseconds:
            (.number(3, 1...100), "How often it is read while writers need not ring.")
        case .databaseHotCommitsPerSecond:
            (.number(500, 1...1_000_000), "Above this many rings a second writers need not ring.")
        case .databaseSliceBytes:
            (
                .number(1 << 20, 65_536...(1 << 30)),
                "Bytes of payload that are read at once; one message may be larger."
            )
        case .outboxRetentionHours:
            (.number(72, 24...8_760), "How long messages stay in the outbox.")
        default:
            (.number(14, 1...60), "For how many days ahead there are partitions.")
        }
    }

    private var keyEntry: (Value, String) {
        switch self {
        case .tokenSecret:
            (
                .text(""),
                "The secret that tokens are signed with (HS256), 32 bytes or more; required where "
                    + "no other key is set."
            )
        case .tokenPublicKeyFile:
            (.text(""), "A PEM file with public keys: RSA, P-256 or Ed25519, 8 at most.")
        case .tokenJWKSFile:
            (.text(""), "A file with a JSON Web Key Set; shared secrets in it count.")
        case .tokenJWKSURL:
            (
                .text(""),
                "Where a key set is fetched, `http://` or `https://`; shared secrets in it do not "
                    + "count."
            )
        case .tokenJWKSAuthorities:
            (.text(""), "A PEM file with whom to trust there; by default whom the system trusts.")
        case .tokenJWKSRefreshSeconds:
            (.number(600, 1...86_400), "How often the set is fetched again.")
        case .tokenJWKSRefetchSeconds:
            (
                .number(10, 1...3_600),
                "How soon after a fetch another may follow when a token names a key that is not "
                    + "there."
            )
        default:
            (
                .text(""),
                "API keys that are no tokens, and their roles: `sb_publishable_…=anon, "
                    + "sb_secret_…=service_role`."
            )
        }
    }

    private var tokenEntry: (Value, String) {
        switch self {
        case .tokenAllowedRoles:
            (
                .list(["anon", "authenticated", "service_role"]),
                "Roles that a token may name; the login must be a member of each."
            )
        case .tokenRequiredClaims:
            (.list([]), "Claims that a token must have besides `role` and `exp`.")
        case .tokenAudience:
            (.text(""), "What a token's `aud` must be, or contain; by default anything.")
        case .tokenIssuer:
            (.text(""), "What a token's `iss` must be; by default anything.")
        default:
            (
                .number(0, 0...300),
                "How long a token is taken after its `exp`, and before its `nbf` beyond the 5 s "
                    + "that it is anyway."
            )
        }
    }

    private var accessEntry: (Value, String) {
        switch self {
        case .channelsPublic:
            (
                .choice("changes", of: ["deny", "changes", "allow"]),
                "What channels without `private` may carry: nothing, `postgres_changes`, or all."
            )
        case .channelsKeptHeaders:
            (.list([]), "Request headers, each `x-…`, that rules see in `request.headers`.")
        case .authorizationDeadlineMilliseconds:
            (
                .number(5_000, 10...60_000),
                "How long a join, a request to broadcast, or a channel that a change concerns, waits "
                    + "for the database's verdict."
            )
        case .authorizationQuestions:
            (
                .number(10_000, 1...1_000_000),
                "Joins that may wait for a verdict; requests to broadcast take half at most."
            )
        case .authorizationConnections:
            (.number(2, 1...16), "Database connections that evaluate the rules.")
        case .authorizationRememberMilliseconds:
            (
                .number(5_000, 0...60_000),
                "How long a yes is remembered for whoever joins again; 0 is not at all."
            )
        case .authorizationRemembered:
            (
                .number(10_000, 0...1_000_000),
                "Verdicts that are remembered; beyond, the oldest makes room."
            )
        case .authorizationRecheckSeconds:
            (
                .number(60, 0...86_400),
                "How often each private channel's verdict is asked for anew without a reason; 0 is "
                    + "never."
            )
        default:
            (
                .number(2_000, 100...5_000),
                "How often changed policies, functions and rights are looked for."
            )
        }
    }

    private var presenceEntry: (Value, String) {
        switch self {
        case .presenceDefault:
            (
                .choice("off", of: ["off", "on"]),
                "Whether a channel whose join does not say so is told who is present."
            )
        case .presenceGraceSeconds:
            (
                .number(5, 0...300),
                "How long somebody whose connection was lost stays present; 0 is not at all."
            )
        case .presenceKeysPerTopic:
            (.number(10_000, 1...1_000_000), "Keys present in one topic; the next is refused.")
        case .presenceMetasPerKey:
            (.number(100, 1...10_000), "Channels present under one key; the next is refused.")
        case .presenceTopicBytes:
            (
                .number(2 << 20, 1_024...(1 << 30)),
                "Bytes of all that one topic's presence shows; more is refused."
            )
        case .presencePayloadBytes:
            (.number(65_536, 2...10_000_000), "Bytes of a tracked object; a larger one is refused.")
        case .presenceCalls:
            (
                .number(100, 1...10_000),
                "Calls to track and untrack of one connection within the window; more are refused."
            )
        default:
            (.number(30, 1...3_600), "The window that these calls are counted in; it slides.")
        }
    }

    private var replayEntry: (Value, String) {
        switch self {
        case .replayMessages:
            (.number(25, 1...1_000), "Messages that a join may have replayed; more are left out.")
        case .replayBytes:
            (
                .number(1 << 19, 1_024...(1 << 30)),
                "Bytes of a replay, at most half of `limits.queue_bytes`; older messages are left "
                    + "out."
            )
        case .replayHeldBytes:
            (
                .number(1 << 18, 1_024...(1 << 30)),
                "Bytes of new messages that joins of one connection hold until their replays are "
                    + "there; over it the join is refused."
            )
        case .replayQueries:
            (.number(1_000, 1...100_000), "Replays that may wait; the next join is refused.")
        case .replayDeadlineMilliseconds:
            (
                .number(5_000, 10...60_000),
                "How long a join waits for its replay; then it is refused."
            )
        default:
            (.number(1, 1...16), "Database connections that read replays.")
        }
    }

    private var limitEntry: (Value, String) {
        switch self {
        case .limitsConnections:
            (
                .number(0, 0...10_000_000),
                "Open connections of the node; 0 is what its file descriptors allow."
            )
        case .limitsChannelsPerConnection:
            (.number(100, 1...10_000), "Channels of one connection; the next join is refused.")
        case .limitsJoinsPerSecond:
            (
                .number(100, 1...10_000),
                "Joins of one connection within any second; over it, it is closed with 1001."
            )
        case .limitsMessagesPerSecond:
            (
                .number(100, 1...100_000),
                "Messages a second of one connection; over it the channel ends, over twice as many "
                    + "the connection."
            )
        case .limitsBytesPerSecond:
            (
                .number(5_000_000, 0...50_000_000),
                "Bytes a second of one connection's messages, with the same end; 0 is any number."
            )
        case .limitsWindowSeconds:
            (
                .number(10, 1...60),
                "The window that rates are averaged over, unless their line says another; it slides."
            )
        case .limitsPayloadBytes:
            (.number(3_000_000, 1...100_000_000), "Bytes of a broadcast; a larger one is refused.")
        case .limitsMessageBytes:
            (
                .number(5_000_000, 1_024...100_000_000),
                "Bytes of a message from a connection; a larger one closes it with 1009."
            )
        case .limitsTopicBytes:
            (.number(1_024, 16...65_536), "Bytes of a topic's name; a longer one is unmatched.")
        case .limitsQueueBytes:
            (
                .number(1 << 20, 65_536...(1 << 30)),
                "Bytes that may wait behind what is being written; over it the connection is closed."
            )
        case .limitsWithheldBytes:
            (
                .number(1 << 18, 1_024...(1 << 30)),
                "Bytes withheld from a connection's channels while a change of who may read is "
                    + "looked at; over it they are dropped, and who may read is told to load again."
            )
        case .limitsMailboxBytes:
            (
                .number(64 << 20, 1 << 20...(4 << 30)),
                "Bytes that may wait for a loop; the reader waits, broadcasts of others are dropped."
            )
        default:
            (
                .number(100, 1...100_000),
                "Unfinished handshakes, and plain requests, of one address; more are cut."
            )
        }
    }

    private var requestEntry: (Value, String) {
        switch self {
        case .limitsRequestBytes:
            (
                .number(8_000_000, 1_024...100_000_000),
                "Bytes of the body of a request to broadcast; a larger one is answered with 413."
            )
        case .limitsRequestMessages:
            (
                .number(1_000, 1...100_000),
                "Messages in one such request; more are answered with 429."
            )
        case .limitsRequestsPerSecond:
            (
                .number(100, 1...100_000),
                "Such requests a second of one address and of one token; then 429."
            )
        case .limitsRequestMessagesPerSecond:
            (
                .number(1_000, 1...1_000_000),
                "Messages a second in them, counted in the same way; then 429."
            )
        default:
            (
                .number(1_000, 1...100_000),
                "Such requests that a loop reads or holds for a verdict; more are answered with 429."
            )
        }
    }

    private var timeoutEntry: (Value, String) {
        switch self {
        case .timeoutsHandshakeSeconds:
            (.number(5, 1...60), "How long a handshake may take.")
        case .timeoutsBodySeconds:
            (.number(30, 1...600), "How long the body of a request may take; then TCP is closed.")
        case .timeoutsIdleSeconds:
            (.number(60, 5...3_600), "Without any frame for this long a connection is closed.")
        case .timeoutsPingSeconds:
            (.number(25, 1...3_600), "After this much silence a connection is pinged.")
        case .timeoutsChannellessSeconds:
            (.number(600, 1...86_400), "How long a connection may have no channel.")
        default:
            (.number(10, 1...300), "How long the end may take after SIGTERM.")
        }
    }
}
