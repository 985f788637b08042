import Authorization
import Outbox

extension OutboxConfiguration {
    /// The outbox's part of the settings.
    init(_ configuration: GatewayConfiguration) {
        let values = configuration.values
        let safetyPoll = values.number(.databaseSafetyPollMilliseconds)
        let listenDSN = values.text(.databaseListenDSN)
        self.init(
            readDSN: values.text(.databaseDSN),
            listenDSN: listenDSN.isEmpty ? nil : listenDSN,
            safetyPollInterval: safetyPoll == 0 ? nil : .milliseconds(safetyPoll),
            hotPollInterval: .milliseconds(values.number(.databaseHotPollMilliseconds)),
            hotCommitsPerSecond: values.number(.databaseHotCommitsPerSecond),
            sliceByteCountMax: values.number(.databaseSliceBytes),
            retention: .seconds(values.number(.outboxRetentionHours) * 3_600),
            partitionDaysAhead: values.number(.outboxPartitionsAheadDays)
        )
    }
}

extension AuthorizationConfiguration {
    /// The authorizer's part of the settings.
    init(_ configuration: GatewayConfiguration) { self.init(configuration.values) }

    /// The authorizer's part of settings that need not be complete.
    init(_ values: ConfigurationValues) {
        self.init(
            dsn: values.text(.databaseDSN),
            allowedRoles: values.list(.tokenAllowedRoles),
            questionCountMax: values.number(.authorizationQuestions),
            deadline: .milliseconds(values.number(.authorizationDeadlineMilliseconds)),
            connectionCount: values.number(.authorizationConnections),
            policyCheckInterval: .milliseconds(
                values.number(.authorizationPolicyCheckMilliseconds)
            ),
            verdictLifetime: .milliseconds(values.number(.authorizationRememberMilliseconds)),
            cachedVerdictCountMax: values.number(.authorizationRemembered)
        )
    }
}

extension ReplayConfiguration {
    /// The replayer's part of the settings.
    init(_ configuration: GatewayConfiguration) {
        let values = configuration.values
        // What is replayed at once must fit into a queue, beside what came meanwhile.
        let roomByteCount = max(1, values.number(.limitsQueueBytes) / 2)
        self.init(
            dsn: values.text(.databaseDSN),
            requestCountMax: values.number(.replayQueries),
            connectionCount: values.number(.replayConnections),
            byteCountMax: min(values.number(.replayBytes), roomByteCount)
        )
    }
}
