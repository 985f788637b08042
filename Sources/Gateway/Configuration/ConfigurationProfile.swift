/// Named sets of defaults; what is set by itself wins over them.
public enum ConfigurationProfile: String, CaseIterable, Sendable {
    /// For a gateway of one's own: generous, so that only what harms others is refused.
    case waypost

    /// What a project of Supabase's hosted service has unless its plan says more.
    case supabase

    /// The defaults that differ from those of the keys.
    public var defaults: [ConfigurationKey: Int] {
        switch self {
        case .waypost: [:]
        case .supabase:
            [
                .limitsNodeConnections: 200,
                .limitsNodeJoins: 100,
                .limitsNodeMessages: 100,
                .limitsNodePresence: 1_000,
                .limitsWindowSeconds: 60,
                .limitsChannelsPerConnection: 100,
                .limitsJoinsPerSecond: 100,
                .limitsMessagesPerSecond: 100,
                .limitsPayloadBytes: 3_000_000,
                .limitsMessageBytes: 5_000_000,
                .limitsRequestBytes: 8_000_000,
                .limitsRequestMessagesPerSecond: 100,
                .presenceCalls: 5,
                .presenceWindowSeconds: 30,
                .presencePayloadBytes: 3_000_000,
                .timeoutsIdleSeconds: 60,
                .timeoutsChannellessSeconds: 600,
                .outboxRetentionHours: 72,
            ]
        }
    }

    /// The words among them.
    public var words: [ConfigurationKey: String] {
        switch self {
        case .waypost: [:]
        case .supabase: [.channelsPublic: "allow", .presenceDefault: "off"]
        }
    }
}
