import Logging

extension LogCode {
    struct Definition: Sendable {
        let level: Logger.Level
        let message: String

        init(_ level: Logger.Level, _ message: String) {
            self.level = level
            self.message = message
        }
    }

    /// Level and text of each code: `debug` and `trace` for what happens per connection or window,
    /// `info` for what happens a few times a day, `notice` for changes of state, `warning` for what
    /// heals itself, `error` for what somebody should look at.
    static let definitions: [LogCode: Definition] = [
        .gatewayStarting: Definition(.notice, "The gateway is starting"),
        .listening: Definition(.notice, "Listening for connections"),
        .gatewayReady: Definition(.notice, "The gateway is ready"),
        .gatewayDraining: Definition(.notice, "The gateway is saying goodbye to its connections"),
        .gatewayStopped: Definition(.notice, "The gateway has stopped"),
        .gatewaySecondSignal: Definition(.warning, "A second signal: the gateway ends at once"),
        .httpAnswered: Definition(.trace, "An HTTP request was answered"),
        .requestRefused: Definition(.debug, "A request to broadcast was refused"),

        .connectionOpened: Definition(.debug, "A connection was opened"),
        .connectionClosed: Definition(.debug, "A connection ended"),
        .handshakeRefused: Definition(.info, "A handshake was refused"),
        .tokenRefused: Definition(.debug, "A token was refused"),
        .messageMalformed: Definition(.debug, "A malformed message was dropped"),
        .limitReached: Definition(.debug, "A limit was reached"),

        .keysLoaded: Definition(.notice, "Keys for tokens were loaded"),
        .keysUnchanged: Definition(.debug, "Keys for tokens are as they were"),
        .keysNotRead: Definition(.warning, "Keys for tokens cannot be read; what was there stays"),

        .joinAsked: Definition(.trace, "A connection asked to join"),
        .joinAccepted: Definition(.debug, "A join was accepted"),
        .joinRefused: Definition(.debug, "A join was refused"),
        .joinFieldsInvalid: Definition(.debug, "A join's configuration had invalid fields"),
        .channelLeft: Definition(.trace, "A channel was left"),
        .channelCut: Definition(.debug, "A channel was ended by the gateway"),
        .channelRevoked: Definition(.debug, "A channel was ended by a committed change"),
        .broadcastRefused: Definition(.debug, "A broadcast was not passed on"),
        .broadcastRelayed: Definition(.trace, "A broadcast was handed to other loops"),
        .broadcastDropped: Definition(.warning, "A broadcast missed a loop with a full mailbox"),
        .presenceRefused: Definition(.debug, "A call to track or untrack was refused"),
        .changesAnswered: Definition(.debug, "A channel was told what becomes of its bindings"),
        .changesFollowed: Definition(.trace, "The bindings that are followed have changed"),
        .changesTablesRead: Definition(.notice, "The publication offers other tables than before"),
        .changesMatched: Definition(.trace, "Changes were matched with bindings and handed over"),
        .changesFailed: Definition(.warning, "The database refused a step of following changes"),
        .countersFlushed: Definition(.trace, "A loop's counters were flushed"),

        .databaseConnected: Definition(.notice, "Connected to the database"),
        .databaseLost: Definition(.warning, "The database is away"),
        .databaseRetrying: Definition(.info, "Waiting before connecting to the database again"),
        .databaseResync: Definition(.warning, "Members are asked to load anew"),
        .databaseUnsuitable: Definition(.critical, "The gateway cannot serve this database"),

        .readerModeChanged: Definition(.debug, "The outbox reader changed its mode"),
        .windowRead: Definition(.trace, "A window of the outbox was read"),
        .rowSkipped: Definition(.warning, "A row of the outbox cannot be delivered"),
        .replayRead: Definition(.trace, "What was sent before was read"),
        .replayFailed: Definition(.warning, "What was sent before could not be read"),
        .doorbellLockContended: Definition(.warning, "The doorbell's lock is held by others"),
        .readerWaited: Definition(.info, "The reader waited for a loop with a full mailbox"),
        .partitionCreated: Definition(.info, "A partition was created"),
        .partitionDropped: Definition(.info, "A partition was dropped"),
        .partitionFailed: Definition(.error, "The upkeep of a partition failed"),
        .migrationApplied: Definition(.notice, "A migration was applied"),

        .topicsLoaded: Definition(.notice, "Topic files are served"),
        .topicsUnchanged: Definition(.info, "Topic files were read again and say the same"),
        .topicsKept: Definition(.error, "The topic files that are there are not served"),
        .topicFileWrong: Definition(.error, "Something is wrong with a topic file"),
        .topicFileDoubtful: Definition(.warning, "Something in a topic file is worth a look"),

        .policiesCompiled: Definition(.info, "The policies were compiled"),
        .policiesFailed: Definition(.error, "The policies could not be compiled"),
        .verdictGiven: Definition(.trace, "A verdict was given"),
        .verdictsRemembered: Definition(.trace, "The number of remembered verdicts changed"),
        .ruleFailed: Definition(.warning, "A rule raised an error, which denies"),
        .authorizationUnavailable: Definition(.warning, "A question could not be answered"),

        .rowRulesRead: Definition(.info, "Policies of published tables were read"),
        .rowRulesFailed: Definition(.error, "Policies of published tables cannot be read"),
        .rowRuleUnsupported: Definition(.error, "A policy names a column that changes lack"),
        .rowRuleFailed: Definition(.warning, "A policy raised an error, which withholds the row"),
        .rowConditionFailed: Definition(.debug, "A condition raised an error, which means no"),
        .rowsJudged: Definition(.trace, "It was asked who may see changes of rows"),
    ]
}
