extension ConfigurationKey {
    /// What `postgres_changes` may take, and what it never tells.
    var changesEntry: (Value, String) {
        switch self {
        case .changesNeverSent:
            (
                .list([]),
                "Tables (`public.api_keys`) and columns (`public.users.email`) that "
                    + "`postgres_changes` never serves, whatever the publication lists."
            )
        case .changesTableCheckMilliseconds:
            (
                .number(2_000, 100...60_000),
                "How often the publication is looked at, while anybody follows changes."
            )
        case .changesQueueBytes:
            (
                .number(8 << 20, 65_536...(1 << 30)),
                "Bytes of changes that wait to be matched; full, the outbox is read later."
            )
        case .changesPolicyMilliseconds:
            (
                .number(1_000, 10...60_000),
                "How long the policies of one statement may take; over it, whoever is slow sees none."
            )
        case .changesConditionMilliseconds:
            (
                .number(250, 10...60_000),
                "How long conditions may take that only the database can tell, such as patterns."
            )
        case .changesPenaltySeconds:
            (
                .number(30, 0...3_600),
                "For how long at most what took too long is answered no without being asked."
            )
        case .limitsChangesPerChannel:
            (
                .number(100, 1...1_000),
                "Bindings of a channel; with more, none is followed, and an error says so."
            )
        case .limitsChangesPerConnection:
            (
                .number(1_000, 1...100_000),
                "Bindings of a connection; a join beyond is told so, and follows nothing."
            )
        default:
            (
                .number(100_000, 1...10_000_000),
                "Bindings of the node, each once for every table it is about; beyond, the same."
            )
        }
    }
}
