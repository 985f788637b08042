/// One thing that happened and is worth a log line, a number, or both.
///
/// A part of the gateway only says what it saw; ``LogObserver`` and ``MetricsObserver`` decide what
/// becomes of it. No case carries a payload, a token, a claim or a topic's parameters: a topic
/// shows as its ``FamilyLabel`` only. Text that is named `code`, `kind` or `reason` comes from a
/// closed list of ours, never from outside.
public enum Observation: Sendable {
    /// The life of the process and what it listens on.
    case gateway(GatewayObservation)

    /// One WebSocket: its handshake, its limits, its end.
    case connection(ConnectionObservation)

    /// The keys that tokens are verified with.
    case key(KeyObservation)

    /// Joins, and how channels end.
    case channel(ChannelObservation)

    /// Broadcasts that connections send.
    case broadcast(BroadcastObservation)

    /// Who is present.
    case presence(PresenceObservation)

    /// `postgres_changes`.
    case changes(ChangesObservation)

    /// The gateway's own connections to PostgreSQL.
    case database(DatabaseObservation)

    /// The outbox: its reader, its doorbell, its partitions and its schema.
    case outbox(OutboxObservation)

    /// What was sent before a channel was joined.
    case replay(ReplayObservation)

    /// Topic files.
    case topics(TopicsObservation)

    /// Policies and verdicts.
    case authorization(AuthorizationObservation)

    /// Who may see which change of a row.
    case rowSecurity(RowSecurityObservation)

    /// What a loop counted in plain integers since the last time; see ``CounterDeltas``.
    case counted([CounterDelta])
}

/// How a part of the gateway says what it saw: quick, from any thread, and it never fails.
public typealias Observe = @Sendable (Observation) -> Void
