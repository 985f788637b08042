import Hub
import Topics
import Wire

/// Keeps what a hub does, as text, so that tests can look at it.
final class RecordingPort: HubPort {
    struct Sent: Equatable {
        let connection: ConnectionNumber
        let message: Message
    }

    /// What a connection reads.
    enum Message: Equatable {
        case text(String)
        case binary([UInt8])
    }

    var sent: [Sent] = []
    var wishes: [ChangesWish] = []
    var unfollowed: [UInt64] = []
    var closed: [ConnectionNumber: CloseCode] = [:]
    var dropped: [ConnectionNumber] = []
    var questions: [AccessQuestion] = []
    var replays: [ReplayQuestion] = []
    var passages: [UInt64] = []
    var freeByteCount = Int.max
    var relayed: [RelayedBroadcast] = []
    var notes: [HubNote] = []
    var isCaughtUp = true

    /// Brings letters to other loops.
    var carrying: (_ letter: PresenceLetter, _ loop: Int, _ mustArrive: Bool) -> Bool = { _, _, _ in
        false
    }

    /// No random bits at all, so that tests can tell what comes.
    private var bits: UInt64 = 0

    /// What the tokens that tests use stand for.
    var identities: [String: Identity] = [:]

    func send(_ message: EncodedMessage, to connection: ConnectionNumber) {
        sent.append(Sent(connection: connection, message: Self.read(message)))
    }

    func close(_ connection: ConnectionNumber, code: CloseCode, reason: String) {
        closed[connection] = code
    }

    func drop(_ connection: ConnectionNumber) { dropped.append(connection) }

    func ask(_ question: AccessQuestion) { questions.append(question) }

    func catchUp(_ number: UInt64) { passages.append(number) }

    func replay(_ question: ReplayQuestion) { replays.append(question) }

    func freeByteCount(of connection: ConnectionNumber) -> Int { freeByteCount }

    func follow(_ wish: ChangesWish) { wishes.append(wish) }

    func unfollow(_ channel: UInt64) { unfollowed.append(channel) }

    func relay(_ broadcast: RelayedBroadcast) { relayed.append(broadcast) }

    func carry(_ letter: PresenceLetter, to loop: Int, mustArrive: Bool) -> Bool {
        carrying(letter, loop, mustArrive)
    }

    func randomBits() -> UInt64 {
        bits += 1
        return bits
    }

    func verify(
        _ token: String,
        like: Identity,
        time: HubTime
    ) -> Result<Identity, JoinRefusal> {
        guard let identity = identities[token] else { return .failure(.tokenMalformed) }
        guard identity.expiresAt > time.unixSeconds else {
            return .failure(.tokenExpired(secondsAgo: time.unixSeconds - identity.expiresAt))
        }
        return .success(identity)
    }

    func note(_ note: HubNote) { notes.append(note) }

    /// What one connection was sent since the last call for it.
    func takeMessages(_ connection: ConnectionNumber) -> [Message] {
        defer { sent.removeAll { $0.connection == connection } }
        return sent.filter { $0.connection == connection }.map(\.message)
    }

    /// The same, as text, or as numbers where it is none.
    func take(_ connection: ConnectionNumber) -> [String] {
        takeMessages(connection).map { message in
            switch message {
            case .text(let text): text
            case .binary(let bytes): "\(bytes)"
            }
        }
    }

    /// The payloads of the message's frames, one after the other.
    private static func read(_ message: EncodedMessage) -> Message {
        var payload: [UInt8] = []
        for frame in [message.first] + message.rest {
            let bytes = frame.bytes
            let headerByteCount =
                switch bytes[1] {
                case 126: 4
                case 127: 10
                default: 2
                }
            payload += bytes[headerByteCount...]
        }
        let isBinary = message.first.bytes[0] & 0x0F == Frame.Opcode.binary.rawValue
        return isBinary ? .binary(payload) : .text(String(decoding: payload, as: UTF8.self))
    }
}
