import LoadChecks
import LoadGenerator
import LoadScenarios
import Testing
import WebSocketClient

@Suite struct NATSDialectTests {
    private let dialect = NATSDialect()

    /// Everything in a WebSocket message, and what of it waits for more.
    private func split(_ text: String) -> (messages: [String], rest: String) {
        var bytes = Array(text.utf8)
        var messages: [String] = []
        while !bytes.isEmpty, let count = dialect.firstMessageByteCount(in: bytes.span) {
            messages.append(String(decoding: bytes[..<count], as: UTF8.self))
            bytes.removeFirst(count)
        }
        return (messages, String(decoding: bytes, as: UTF8.self))
    }

    @Test("Messages that came together are taken apart, an unfinished one waits")
    func together() {
        let parts = [
            "INFO {\"server_id\":\"N\",\"max_payload\":1048576}\r\n",
            "MSG fan-out 1 5\r\nhello\r\n",
            "PING\r\n", "MSG fan-out 1 2\r\n\r\n\r\n", "MSG trip:1 2 _INBOX.x 3\r\nabc\r\n",
            "HMSG t 3 12 14\r\nNATS/1.0\r\n\r\nhi\r\n", "-ERR 'Stale Connection'\r\n", "+OK\r\n",
        ]
        let whole = parts.joined()
        #expect(split(whole).messages == parts)
        #expect(split(whole).rest.isEmpty)
        for count in 0..<whole.utf8.count {
            let (messages, rest) = split(String(whole.prefix(count)))
            #expect(messages == Array(parts.prefix(messages.count)), "\(count)")
            #expect(messages.joined() + rest == whole.prefix(count), "\(count)")
        }
    }

    @Test("Messages, answers, questions and errors are told apart")
    func arrivals() {
        let trip = TopicNumber.of("trip:1")
        #expect(
            dialect.arrival("MSG trip:1 2 3\r\nabc\r\n") == .message(topic: trip, isReplayed: false)
        )
        #expect(
            dialect.arrival("HMSG trip:1 2 12 14\r\nNATS/1.0\r\n\r\nhi\r\n")
                == .message(topic: trip, isReplayed: false)
        )
        #expect(
            dialect.arrival("MSG _INBOX.loadtest.1.7 r7 0\r\n\r\n")
                == .reply(ref: 7, isAccepted: true)
        )
        #expect(dialect.arrival("PING\r\n") == .ping && dialect.arrival("PONG\r\n") == .other)
        #expect(dialect.arrival("INFO {}\r\n") == .other && dialect.arrival("+OK\r\n") == .other)
        #expect(dialect.arrival("MSG \r\n") == .other && dialect.arrival("") == .other)
        let error = "-ERR 'Permissions Violation for Publish to \"trip:1\"'\r\n"
        #expect(dialect.arrival(error) == .trouble(topic: nil))
        #expect(dialect.reason(error) == "Permissions Violation for Publish")
        #expect(dialect.reason("-ERR 'Authorization Violation'\r\n") == "Authorization Violation")
        #expect(dialect.reason("-ERR").isEmpty)
    }

    @Test("What wants an answer asks for one message on an inbox of its own")
    func requests() throws {
        let plan = TopicPlan.example(receivesOwn: true)
        let inbox = "_INBOX.loadtest.\(TopicNumber.of("trip:1"))"
        let join = dialect.join(plan, topic: "trip:1", ref: 4, token: nil, replaySince: nil)
        #expect(
            join?.text
                == "SUB trip:1 4\r\nSUB \(inbox).4 r4\r\nUNSUB r4 1\r\nPUB \(inbox).4 0\r\n\r\n"
        )
        #expect(
            dialect.leave(topic: "trip:1", ref: 5, joinRef: 4)?.text
                == "UNSUB 4\r\nSUB \(inbox).5 r5\r\nUNSUB r5 1\r\nPUB \(inbox).5 0\r\n\r\n"
        )
        let broadcast = dialect.broadcast(
            topic: "trip:1",
            name: "tick",
            mark: "~lt.1.2.3.4~",
            fillingByteCount: 2,
            ref: 6,
            joinRef: 4
        )
        #expect(broadcast.text == "PUB trip:1 14\r\n~lt.1.2.3.4~xx\r\n" && broadcast.isBinary)
        #expect(dialect.pong?.text == "PONG\r\n")
        let greeting = try #require(dialect.greeting?.text)
        #expect(greeting.hasPrefix("CONNECT {") && greeting.hasSuffix("}\r\n"))
        #expect(try dialect.address(url: "ws://h:1", topic: "t", token: nil).target == "/")
    }
}
