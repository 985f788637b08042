import PublishedTables
import RowSecurity

/// How changes are followed, and the limits.
struct ChangeSettings: Sendable {
    /// libpq's connection text.
    let dsn: String

    /// How row security reaches the database.
    let rowSecurity: RowSecurityConfiguration

    /// What is never sent.
    let neverSent: NeverSent

    /// How often the publication is looked at.
    let tableCheckInterval: Duration

    /// Bytes of changes that may wait.
    let queueByteCountMax: Int

    /// Bindings of all channels, each once for every table that it is about.
    let bindingCountMax: Int

    /// The changes' part of the settings.
    init(_ configuration: GatewayConfiguration) {
        let values = configuration.values
        dsn = values.text(.databaseDSN)
        rowSecurity = RowSecurityConfiguration(
            dsn: dsn,
            allowedRoles: values.list(.tokenAllowedRoles),
            policyCheckInterval: .milliseconds(
                values.number(.authorizationPolicyCheckMilliseconds)
            ),
            statementTimeout: .milliseconds(values.number(.changesPolicyMilliseconds)),
            conditionTimeout: .milliseconds(values.number(.changesConditionMilliseconds)),
            penalty: .seconds(values.number(.changesPenaltySeconds))
        )
        neverSent = configuration.neverSent
        tableCheckInterval = .milliseconds(values.number(.changesTableCheckMilliseconds))
        queueByteCountMax = values.number(.changesQueueBytes)
        bindingCountMax = values.number(.limitsChanges)
    }
}
