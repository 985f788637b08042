import Measuring
import WebSocketClient
import Wire

/// Connections that joined topics and count what arrives.
///
/// For one thread.
final class Subscribers {
    enum Failure: Error {
        case joinRefused(String)
        case joinsMissing(Int)
        case ended(Int)
    }

    /// Called with each message that is no reply.
    var onMessage: ([UInt8], ContinuousClock.Instant) -> Void = { _, _ in }

    /// Messages that were no reply.
    private(set) var messageCount = 0

    private(set) var swarm: ClientSwarm?
    private var acceptedCount = 0
    private var refusal: String?

    init() throws {
        swarm = try ClientSwarm { [unowned self] _, text, arrivedAt in
            take(text, arrivedAt)
        }
    }

    private func take(_ text: [UInt8], _ arrivedAt: ContinuousClock.Instant) {
        guard Self.contains(text, Self.replyMark) else {
            messageCount += 1
            onMessage(text, arrivedAt)
            return
        }
        if Self.contains(text, Self.okMark) {
            acceptedCount += 1
        } else {
            refusal = String(decoding: text, as: UTF8.self)
        }
    }

    private static let replyMark = Array("\"phx_reply\"".utf8)
    private static let okMark = Array("\"status\":\"ok\"".utf8)

    /// Whether some bytes stand in others.
    static func contains(_ text: [UInt8], _ mark: [UInt8]) -> Bool {
        place(of: mark, in: text) != nil
    }

    /// Where some bytes begin in others.
    static func place(of mark: [UInt8], in text: [UInt8]) -> Int? {
        guard let first = mark.first, text.count >= mark.count else { return nil }
        for start in 0...(text.count - mark.count) where text[start] == first {
            if text[start..<(start + mark.count)].elementsEqual(mark) { return start }
        }
        return nil
    }

    /// Opens connections, each of which joins a topic.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - gateway: Where to.
    ///   - serializer: The form of messages.
    ///   - topic: The topic by the connection's number, without `realtime:`.
    /// - Throws: ``Failure``, or why a connection could not be opened.
    func join(
        _ count: Int,
        to gateway: GatewayProcess,
        serializer: Serializer,
        topic: (Int) -> String
    ) throws {
        guard let swarm else { return }
        let connections = try swarm.connect(
            count,
            to: gateway.address(serializer),
            deadline: .now + .seconds(60)
        )
        try join(connections, serializer: serializer, topic: topic)
    }

    /// Joins over connections that are open; answers when all are accepted.
    func join(_ connections: Range<Int>, serializer: Serializer, topic: (Int) -> String) throws {
        guard let swarm else { return }
        let goal = acceptedCount + connections.count
        let writer = RequestWriter(serializer: serializer)
        for connection in connections {
            let name = "realtime:" + topic(connection)
            swarm.sendText(writer.join(name, ref: "1", options: .init()), to: connection)
        }
        swarm.run(until: .now + .seconds(60)) { acceptedCount < goal && refusal == nil }
        if let refusal { throw Failure.joinRefused(refusal) }
        if acceptedCount < goal { throw Failure.joinsMissing(goal - acceptedCount) }
        if !swarm.endings.isEmpty { throw Failure.ended(swarm.endings.count) }
    }

    /// Receives until so many messages came in all.
    ///
    /// - Returns: False when they did not come in time.
    func receive(until count: Int, within limit: Duration = .seconds(20)) -> Bool {
        swarm?.run(until: .now + limit) { messageCount < count } ?? false
    }
}
