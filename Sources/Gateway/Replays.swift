import Hub
import Observation
import Outbox
import Topics
import Wire

extension OutboxMessage {
    /// What it carries, in the terms of the protocol.
    var content: BroadcastContent {
        switch payload {
        case .json(let bytes): .json(JSONText(trusted: bytes))
        case .binary(let bytes): .binary(bytes)
        }
    }
}

extension ReplayRequest {
    /// What a hub's question asks of the outbox.
    init(_ question: ReplayQuestion) {
        self.init(
            topic: question.topic,
            sinceMilliseconds: question.sinceMilliseconds,
            countMax: question.countMax,
            deadline: question.deadline
        )
    }
}

extension ReplayAnswer {
    /// What the hub makes of a replay: encoded for the channel that asked.
    ///
    /// Called on the thread that read it, so that the loop has nothing left to do but send.
    ///
    /// - Parameters:
    ///   - outcome: What was read, or why it was not.
    ///   - question: What was asked.
    ///   - contract: What topic files say, also of the columns that the channel's readers see.
    init(_ outcome: ReplayOutcome, to question: ReplayQuestion, under contract: TopicContract) {
        switch outcome {
        case .replay(let replay):
            let encoder = MessageEncoder(serializer: question.serializer)
            let family = contract.family(of: question.topic)
            let messages = replay.messages.compactMap { message -> EncodedMessage? in
                let shown = ChangeForms.shown(
                    of: message.relation,
                    on: family,
                    to: question.readerClass
                )
                guard let shown else { return nil }
                return encoder.replay(
                    .replayed(id: message.id, name: message.name, content: message.content(shown)),
                    topic: question.topic.wireText,
                    joinRef: question.joinRef
                )
            }
            self = .messages(messages, asOf: CommitHorizon(replay))
        case .failed(.full): self = .unavailable(.increaseConnectionPool)
        case .failed(.away), .failed(.refused), .failed(.late), .failed(.stopped):
            self = .unavailable(.replayFailed)
        }
    }

    /// What it weighs in a mailbox, in bytes.
    var byteCount: Int {
        switch self {
        case .messages(let messages, _):
            messages.reduce(Letter.smallByteCount) { $0 + $1.byteCount }
        case .unavailable: Letter.smallByteCount
        }
    }
}

extension CommitHorizon {
    /// The instant of a replay.
    fileprivate init(_ replay: Replay) {
        self.init(
            oldestRunning: replay.oldestRunning,
            next: replay.next,
            running: replay.running
        )
    }
}
