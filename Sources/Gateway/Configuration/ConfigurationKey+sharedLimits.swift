extension ConfigurationKey {
    /// What all connections of a user, an address, a key or the node may do together.
    var sharedLimitEntry: (Value, String) {
        switch self {
        case .limitsNodeConnections:
            (
                .number(0, 0...10_000_000),
                "Connections with a channel, of the node; beyond: 429, and first joins are refused. "
                    + "0, here and below: any number."
            )
        case .limitsNodeJoins:
            (
                .number(0, 0...1_000_000),
                "Handshakes and joins a second, of the node; beyond: 429, and joins close with 1001."
            )
        case .limitsNodeMessages:
            (
                .number(0, 0...10_000_000),
                "Messages and deliveries a second, of the node; beyond: whose channel sends loses "
                    + "it, requests get 429."
            )
        case .limitsNodeBytes:
            (
                .number(0, 0...50_000_000),
                "Bytes of messages a second, of the node; beyond: whose channel sends loses it."
            )
        case .limitsNodePresence:
            (
                .number(0, 0...10_000_000),
                "Calls, states and diffs of presence a second, of the node; beyond: an error reply."
            )
        default: ownerLimitEntry
        }
    }

    private var ownerLimitEntry: (Value, String) {
        switch self {
        case .limitsUserConnections:
            (.number(1_000, 0...1_000_000), "Connections of one user (`sub`); beyond: 429.")
        case .limitsUserJoins:
            (
                .number(1_000, 0...1_000_000),
                "Handshakes and joins a second, of one user; beyond: 429, and joins close with 1001."
            )
        case .limitsUserMessages:
            (
                .number(5_000, 0...10_000_000),
                "Messages a second, of one user; beyond: the channel ends."
            )
        case .limitsUserBytes:
            (
                .number(50_000_000, 0...50_000_000),
                "Bytes of messages a second, of one user; beyond: the channel ends."
            )
        case .limitsUserPresence:
            (
                .number(1_000, 0...10_000_000),
                "Calls to track and untrack a second, of one user; beyond: an error reply."
            )
        case .limitsKeyConnections, .limitsAddressConnections:
            (.number(0, 0...10_000_000), "The same of one \(ownerName).")
        case .limitsKeyBytes, .limitsAddressBytes:
            (.number(0, 0...50_000_000), "The same of one \(ownerName).")
        default:
            (.number(0, 0...10_000_000), "The same of one \(ownerName).")
        }
    }

    private var ownerName: String {
        rawValue.hasPrefix("limits.key.") ? "token or key that connections came by" : "address"
    }
}
