import Hub

/// The settings of what users, addresses, keys and the node may do, put together.
enum LimitSettings {
    private static let keys: [LimitScope: [(RateKind, ConfigurationKey)]] = [
        .node: [
            (.joins, .limitsNodeJoins), (.messages, .limitsNodeMessages),
            (.bytes, .limitsNodeBytes), (.presence, .limitsNodePresence),
        ],
        .key: [
            (.joins, .limitsKeyJoins), (.messages, .limitsKeyMessages), (.bytes, .limitsKeyBytes),
            (.presence, .limitsKeyPresence), (.requests, .limitsRequestsPerSecond),
            (.requestMessages, .limitsRequestMessagesPerSecond),
        ],
        .user: [
            (.joins, .limitsUserJoins), (.messages, .limitsUserMessages),
            (.bytes, .limitsUserBytes), (.presence, .limitsUserPresence),
        ],
        .address: [
            (.joins, .limitsAddressJoins), (.messages, .limitsAddressMessages),
            (.bytes, .limitsAddressBytes), (.presence, .limitsAddressPresence),
            (.requests, .limitsRequestsPerSecond),
            (.requestMessages, .limitsRequestMessagesPerSecond),
        ],
    ]

    private static let connections: [LimitScope: ConfigurationKey] = [
        .node: .limitsNodeConnections, .key: .limitsKeyConnections,
        .user: .limitsUserConnections, .address: .limitsAddressConnections,
    ]

    /// What each scope may do.
    static func limits(_ values: ConfigurationValues) -> [LimitScope: RateLimits] {
        keys.reduce(into: [:]) { scopes, entry in
            var limits = RateLimits()
            limits.window = .seconds(values.number(.limitsWindowSeconds))
            limits.connectionCountMax = connections[entry.key].map(values.number) ?? 0
            for (kind, key) in entry.value { limits[kind] = values.number(key) }
            scopes[entry.key] = limits
        }
    }
}
