import Glibc
import Measuring
import WebSocketClient
import Wire

/// Somebody else, who broadcasts to themselves at an even pace and looks how long it takes.
///
/// A message is sent when it is due, whether earlier ones have arrived or not, and its time counts
/// from then. For one thread.
final class Bystander {
    enum Failure: Error { case ended, notJoined }

    /// Connections that take turns, so that each stays within the rates of a connection.
    private static let connectionCount = 4

    private static let pace: Duration = .milliseconds(4)

    /// How long a message may take before the flood is said to have stopped everything.
    private static let patience: Duration = .seconds(10)

    private var swarm: ClientSwarm?
    private var due: [ContinuousClock.Instant] = []
    private var latencies: [Double] = []
    private var joinedCount = 0

    /// Joins; on the thread that will measure.
    init(_ gateway: GatewayProcess) throws {
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -10)
        let swarm = try ClientSwarm { [unowned self] _, text, arrivedAt in take(text, arrivedAt) }
        self.swarm = swarm
        let connections = try swarm.connect(
            Self.connectionCount,
            to: gateway.address(.v2),
            deadline: .now + Self.patience
        )
        var options = RequestWriter.JoinOptions()
        options.receivesOwnBroadcasts = true
        let writer = RequestWriter(serializer: .v2)
        for number in connections {
            swarm.sendText(writer.join(Self.topic(number), ref: "1", options: options), to: number)
        }
        swarm.run(until: .now + Self.patience) { joinedCount < Self.connectionCount }
        guard joinedCount == Self.connectionCount else { throw Failure.notJoined }
    }

    private static func topic(_ number: Int) -> String { "realtime:trip:\(1_001 + number)" }

    private static let joinedMark = Array("\"status\":\"ok\"".utf8)
    private static let numberMark = Array("\"n\":".utf8)

    private func take(_ text: [UInt8], _ arrivedAt: ContinuousClock.Instant) {
        if let place = Subscribers.place(of: Self.numberMark, in: text) {
            let digits = text[(place + Self.numberMark.count)...].prefix { (48...57).contains($0) }
            guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return }
            latencies.append(due[number].duration(to: arrivedAt).milliseconds)
        } else if Subscribers.contains(text, Self.joinedMark) {
            joinedCount += 1
        }
    }

    /// Milliseconds of each message that was due within a time.
    func latencies(for duration: Duration) throws -> [Double] {
        guard let swarm else { throw Failure.ended }
        latencies = []
        due = []
        let start = ContinuousClock.now
        while Self.pace * due.count < duration {
            let next = start + Self.pace * due.count
            swarm.run(until: next)
            let connection = due.count % Self.connectionCount
            let text =
                #"["1","2","\#(Self.topic(connection))","broadcast","#
                + #"{"event":"x","payload":{"n":\#(due.count)}}]"#
            due.append(next)
            swarm.sendText(Array(text.utf8), to: connection)
        }
        swarm.run(until: .now + Self.patience) { latencies.count < due.count }
        guard latencies.count == due.count else { throw Failure.ended }
        return latencies
    }
}
