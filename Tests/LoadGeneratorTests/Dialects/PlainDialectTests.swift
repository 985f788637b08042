import LoadChecks
import LoadGenerator
import Testing
import WebSocketClient

@Suite struct PlainDialectTests {
    private let dialect = PlainDialect()

    @Test("Everything is a message of the one topic that the URL names")
    func arrivals() {
        #expect(dialect.arrival("") == .message(topic: nil, isReplayed: false))
        #expect(dialect.arrival([0xFF]) == .message(topic: nil, isReplayed: false))
    }

    @Test(
        "Topics stand behind the URL's path, as they are or percent-encoded",
        arguments: [
            ("ws://h:1", "trip:7", "/trip:7"), ("ws://h:1/ps", "fan-out", "/ps/fan-out"),
            ("ws://h:1/ps/", "a/b?c#d%", "/ps/a%2Fb%3Fc%23d%25"), ("ws://h:1", "ü ", "/%C3%BC%20"),
        ]
    )
    func addresses(url: String, topic: String, target: String) throws {
        #expect(try dialect.address(url: url, topic: topic, token: "t").target == target)
    }

    @Test("Broadcasts are a mark and filling, and nothing else is ever said")
    func requests() {
        let mark = Mark(stream: 1, topic: 2, number: 3, sentAt: 4)
        let broadcast = dialect.broadcast(
            topic: "t",
            name: "tick",
            mark: mark.text,
            fillingByteCount: 4,
            ref: 1,
            joinRef: 1
        )
        #expect(broadcast.text == "~lt.1.2.3.4~xxxx" && !broadcast.isBinary)
        #expect(Mark.first(in: broadcast.bytes.span) == mark)
        #expect(dialect.heartbeat(ref: 1) == nil && dialect.greeting == nil)
        #expect(dialect.leave(topic: "t", ref: 1, joinRef: 1) == nil)
    }
}
