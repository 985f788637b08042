import Logging

/// What is seen of the outbox: its reader, its doorbell, its partitions and its schema.
public enum OutboxObservation: Sendable {
    /// The reader changed between sleeping and polling.
    case readerModeChanged(ReaderMode)

    /// A window was read; `lag` is the age of its oldest message by the database's clock.
    case windowRead(messageCount: Int, byteCount: Int, lag: Duration?, duration: Duration)

    /// A row cannot be delivered and was left out.
    case rowSkipped(RowSkipReason, seq: Int64?)

    /// Somebody else held the doorbell's lock when the reader asked for it.
    case doorbellLockContended(waited: Duration)

    /// The reader waited because a loop's mailbox was full.
    case readerWaited(Duration)

    /// A partition was created ahead of its day.
    case partitionCreated(name: String)

    /// A partition older than the retention was dropped.
    case partitionDropped(name: String)

    /// The upkeep of a partition failed; it is tried again.
    case partitionFailed(PartitionStep, sqlState: String?)

    /// A migration of the schema was applied.
    case migrationApplied(version: Int, name: String, duration: Duration)

    /// How the reader learns that there is something to read.
    public enum ReaderMode: String, CaseIterable, Sendable {
        /// Sleeps until the doorbell rings.
        case cold

        /// Polls every few milliseconds; nobody rings.
        case hot

        /// Still polls, until everyone who found the lock taken has ended.
        case draining
    }

    /// Why a row was left out.
    public enum RowSkipReason: String, CaseIterable, Sendable {
        /// The topic is not a name that can be joined.
        case topicMalformed = "topic_malformed"

        /// The message has no name.
        case nameMissing = "name_missing"

        /// There is no payload, or bytes whose topic or name no binary frame can hold.
        case payloadUnusable = "payload_unusable"

        /// The payload is larger than a message may be.
        case payloadTooLarge = "payload_too_large"

        /// The topic's file does not name the table, or not what happened to its row.
        case notCarried = "not_carried"

        /// The extension is none of ours.
        case extensionUnknown = "extension_unknown"
    }

    /// What was being done to a partition.
    public enum PartitionStep: String, CaseIterable, Sendable {
        /// Looking up which partitions there are.
        case list

        /// Creating and attaching one.
        case create

        /// Detaching and dropping one.
        case drop
    }
}

extension OutboxObservation {
    var line: LogLine {
        switch self {
        case .readerModeChanged(let mode):
            LogLine(.readerModeChanged, ["mode": "\(mode.rawValue)"])
        case .windowRead(let messageCount, let byteCount, let lag, let duration):
            LogLine(
                .windowRead,
                [
                    "messages": "\(messageCount)", "bytes": "\(byteCount)",
                    "lag_seconds": .optional(lag), "seconds": .seconds(duration),
                ]
            )
        case .rowSkipped(let reason, let seq):
            LogLine(.rowSkipped, ["reason": "\(reason.rawValue)", "seq": .optional(seq)])
        case .doorbellLockContended(let waited):
            LogLine(.doorbellLockContended, ["seconds": .seconds(waited)])
        case .readerWaited(let duration): LogLine(.readerWaited, ["seconds": .seconds(duration)])
        case .partitionCreated(let name): LogLine(.partitionCreated, ["partition": "\(name)"])
        case .partitionDropped(let name): LogLine(.partitionDropped, ["partition": "\(name)"])
        case .partitionFailed(let step, let sqlState):
            LogLine(
                .partitionFailed,
                ["step": "\(step.rawValue)", "sqlstate": .optional(sqlState)]
            )
        case .migrationApplied(let version, let name, let duration):
            LogLine(
                .migrationApplied,
                ["version": "\(version)", "name": "\(name)", "seconds": .seconds(duration)]
            )
        }
    }

    var changes: [MetricChange] {
        switch self {
        case .readerModeChanged(let mode):
            [.add(.readerModeChanges, [mode.rawValue])]
                + ReaderMode.allCases.map {
                    .set(.readerMode, [$0.rawValue], to: $0 == mode ? 1 : 0)
                }
        case .windowRead(let messageCount, let byteCount, let lag, let duration):
            [
                .add(.windows), .add(.windowMessages, amount: messageCount),
                .add(.windowBytes, amount: byteCount), .observe(.windowReadSeconds, duration),
            ] + (lag.map { [.observe(.windowLagSeconds, $0)] } ?? [])
        case .rowSkipped(let reason, _): [.add(.rowsSkipped, [reason.rawValue])]
        case .doorbellLockContended: [.add(.doorbellLockContended)]
        case .readerWaited(let duration): [.observe(.readerWaitSeconds, duration)]
        case .partitionCreated: [.add(.partitionsCreated)]
        case .partitionDropped: [.add(.partitionsDropped)]
        case .partitionFailed(let step, _): [.add(.partitionsFailed, [step.rawValue])]
        case .migrationApplied: []
        }
    }
}
