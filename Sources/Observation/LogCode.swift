public import Logging

/// The name of one kind of log line: what to search for, and what alerts are written against.
///
/// The text of a line may be improved at any time; its code stays. All codes stand in
/// `docs/METRICS.md`.
public enum LogCode: String, CaseIterable, Sendable {
    // Gateway
    case gatewayStarting = "GatewayStarting"
    case listening = "Listening"
    case gatewayReady = "GatewayReady"
    case gatewayDraining = "GatewayDraining"
    case gatewayStopped = "GatewayStopped"
    case gatewaySecondSignal = "GatewaySecondSignal"
    case httpAnswered = "HTTPAnswered"
    case requestRefused = "RequestRefused"
    // Connections
    case connectionOpened = "ConnectionOpened"
    case connectionClosed = "ConnectionClosed"
    case handshakeRefused = "HandshakeRefused"
    case tokenRefused = "TokenRefused"
    case messageMalformed = "MessageMalformed"
    case limitReached = "LimitReached"
    // Keys
    case keysLoaded = "KeysLoaded"
    case keysUnchanged = "KeysUnchanged"
    case keysNotRead = "KeysNotRead"
    // Channels and broadcasts
    case joinAsked = "JoinAsked"
    case joinAccepted = "JoinAccepted"
    case joinRefused = "JoinRefused"
    case joinFieldsInvalid = "JoinFieldsInvalid"
    case channelLeft = "ChannelLeft"
    case channelCut = "ChannelCut"
    case channelRevoked = "ChannelRevoked"
    case broadcastRefused = "BroadcastRefused"
    case broadcastRelayed = "BroadcastRelayed"
    case broadcastDropped = "BroadcastDropped"
    case presenceRefused = "PresenceRefused"
    case changesAnswered = "ChangesAnswered"
    case changesFollowed = "ChangesFollowed"
    case changesTablesRead = "ChangesTablesRead"
    case changesMatched = "ChangesMatched"
    case changesFailed = "ChangesFailed"
    case countersFlushed = "CountersFlushed"
    // Database
    case databaseConnected = "DatabaseConnected"
    case databaseLost = "DatabaseLost"
    case databaseRetrying = "DatabaseRetrying"
    case databaseResync = "DatabaseResync"
    case databaseUnsuitable = "DatabaseUnsuitable"
    // Outbox
    case readerModeChanged = "ReaderModeChanged"
    case windowRead = "WindowRead"
    case rowSkipped = "RowSkipped"
    case replayRead = "ReplayRead"
    case replayFailed = "ReplayFailed"
    case doorbellLockContended = "DoorbellLockContended"
    case readerWaited = "ReaderWaited"
    case partitionCreated = "PartitionCreated"
    case partitionDropped = "PartitionDropped"
    case partitionFailed = "PartitionFailed"
    case migrationApplied = "MigrationApplied"
    // Topic files
    case topicsLoaded = "TopicsLoaded"
    case topicsUnchanged = "TopicsUnchanged"
    case topicsKept = "TopicsKept"
    case topicFileWrong = "TopicFileWrong"
    case topicFileDoubtful = "TopicFileDoubtful"
    // Authorization
    case policiesCompiled = "PoliciesCompiled"
    case policiesFailed = "PoliciesFailed"
    case verdictGiven = "VerdictGiven"
    case verdictsRemembered = "VerdictsRemembered"
    case ruleFailed = "RuleFailed"
    case authorizationUnavailable = "AuthorizationUnavailable"
    // Row security
    case rowRulesRead = "RowRulesRead"
    case rowRulesFailed = "RowRulesFailed"
    case rowRuleUnsupported = "RowRuleUnsupported"
    case rowRuleFailed = "RowRuleFailed"
    case rowConditionFailed = "RowConditionFailed"
    case rowsJudged = "RowsJudged"

    /// How much it matters.
    public var level: Logger.Level { definition.level }

    /// What the line says; always the same text.
    public var message: String { definition.message }

    private var definition: Definition {
        guard let definition = Self.definitions[self] else {
            preconditionFailure("the log code \(rawValue) has no definition")
        }
        return definition
    }
}
