import Locking
import Observation

/// Keeps what was observed of the outbox and its connections.
final class RecordedObservations: Sendable {
    private let kept = Locked<[Observation]>([])

    var observe: Observe {
        { observation in self.kept.withLock { $0.append(observation) } }
    }

    /// The modes the reader went through, in order.
    var modes: [OutboxObservation.ReaderMode] {
        kept.withLock { kept in
            kept.compactMap {
                if case .outbox(.readerModeChanged(let mode)) = $0 { mode } else { nil }
            }
        }
    }

    /// How often the reader fell asleep.
    var coldCount: Int { modes.count { $0 == .cold } }

    /// The rows that were left out.
    var skipped: [OutboxObservation.RowSkipReason] {
        kept.withLock { kept in
            kept.compactMap {
                if case .outbox(.rowSkipped(let reason, _)) = $0 { reason } else { nil }
            }
        }
    }

    /// The partitions made and dropped, as `+name` and `-name`, and `!step` for a failure.
    var partitions: [String] {
        kept.withLock { kept in
            kept.compactMap {
                switch $0 {
                case .outbox(.partitionCreated(let name)): "+\(name)"
                case .outbox(.partitionDropped(let name)): "-\(name)"
                case .outbox(.partitionFailed(let step, let state)):
                    "!\(step.rawValue) \(state ?? "")"
                default: nil
                }
            }
        }
    }

    /// What became of replays.
    var replays: [String] {
        kept.withLock { kept in
            kept.compactMap {
                switch $0 {
                case .replay(.read(let messageCount, _, _)): "\(messageCount)"
                case .replay(.failed(let failure, _)): failure.rawValue
                default: nil
                }
            }
        }
    }

    /// How often members had to be told to load anew.
    var resyncs: [DatabaseObservation.ResyncReason] {
        kept.withLock { kept in
            kept.compactMap { if case .database(.resync(let reason)) = $0 { reason } else { nil } }
        }
    }
}
