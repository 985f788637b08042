import Glibc
import Postgres
import TestSupport
import Testing
import WebSocketClient
import Wire

/// How `waypost serve` ends.
@Suite(.timeLimit(.minutes(2))) struct ServeEndTests {
    private static let patience: Duration = .seconds(30)

    /// What comes until the connection ends.
    private func farewell(
        _ member: ChannelClient
    ) throws -> (messages: [ReceivedMessage], code: UInt16?) {
        var messages: [ReceivedMessage] = []
        while true {
            switch try member.next(deadline: .now + Self.patience) {
            case .message(let message): messages.append(message)
            case .closed(let code, _): return (messages, code)
            case .ended, .timeout: return (messages, nil)
            }
        }
    }

    @Test(
        "SIGTERM and SIGINT: members are told, closed with 1012, and the exit code is 0",
        arguments: [
            SIGTERM, SIGINT,
        ]
    )
    func graceful(signal: Int32) async throws {
        try await Serving.with { serving in
            let members = [try serving.joined(.v1), try serving.joined(.v2), try serving.joined()]
            let started = ContinuousClock.now
            serving.command.send(signal)
            for member in members {
                let end = try farewell(member)
                try #require(end.messages.count == 1)
                #expect(end.messages[0].name == "system")
                #expect(end.messages[0].joinRef == .null)
                #expect(end.messages[0].topic == "realtime:trip:1")
                let payload = try JSON(parsing: end.messages[0].payload.bytes)
                #expect(payload["message"] == .string("Server requested disconnect"))
                #expect(payload["status"] == .string("ok"))
                #expect(payload["extension"] == .string("system"))
                #expect(payload["channel"] == nil)
                #expect(end.code == 1012)
            }
            #expect(try await serving.command.exitCode() == 0)
            #expect(!serving.command.isKilled)
            #expect(started.duration(to: .now) < .seconds(10))
        }
    }

    @Test("What was committed before the signal is delivered before the goodbye")
    func flushed() async throws {
        try await Serving.with { serving in
            let member = try serving.joined()
            let connection = try serving.database.connect()
            for number in 0..<20 {
                try connection.execute(
                    "SELECT realtime.send('{\"n\": \(number)}', 'last', 'trip:1', true)"
                )
            }
            // One has come: what was read is on its way.
            guard case .message = try member.next(deadline: .now + Self.patience) else {
                throw WebSocketFailure.timedOut
            }
            serving.command.send(SIGTERM)
            let end = try farewell(member)
            #expect(end.messages.last?.name == "system" && end.code == 1012)
            #expect(try await serving.command.exitCode() == 0)
        }
    }

    @Test("A connection that does not read does not hold the end up for longer than the drain time")
    func deaf() async throws {
        try await Serving.with(["--set", "timeouts.drain_seconds=2"]) { serving in
            var options = WebSocketOptions()
            options.receiveBufferByteCount = 4_096
            let deaf = try serving.joined(.v2, options)
            let other = try serving.joined()
            let connection = try serving.database.connect()
            let large = "jsonb_build_object('x', repeat('x', 900000))"
            try connection.execute("SELECT realtime.send(\(large), 'large', 'trip:1', true)")
            guard case .message = try other.next(deadline: .now + Self.patience) else {
                throw WebSocketFailure.timedOut
            }
            let started = ContinuousClock.now
            serving.command.send(SIGTERM)
            #expect(try farewell(other).code == 1012)
            #expect(try await serving.command.exitCode() == 0)
            // A busy machine takes its time; waiting for that connection would take for ever.
            #expect(started.duration(to: .now) < .seconds(30))
            deaf.webSocket.drop()
        }
    }

    @Test("A second signal ends at once")
    func secondSignal() async throws {
        try await Serving.with(["--set", "timeouts.drain_seconds=60"]) { serving in
            var options = WebSocketOptions()
            options.receiveBufferByteCount = 4_096
            let deaf = try serving.joined(.v2, options)
            let other = try serving.joined()
            let connection = try serving.database.connect()
            let large = "jsonb_build_object('x', repeat('x', 900000))"
            try connection.execute("SELECT realtime.send(\(large), 'large', 'trip:1', true)")
            guard case .message = try other.next(deadline: .now + Self.patience) else {
                throw WebSocketFailure.timedOut
            }
            serving.command.send(SIGTERM)
            #expect(try farewell(other).code == 1012)
            let second = ContinuousClock.now
            serving.command.send(SIGTERM)
            #expect(try await serving.command.exitCode(within: .seconds(5)) == 143)
            #expect(second.duration(to: .now) < .seconds(3))
            deaf.webSocket.drop()
        }
    }
}
