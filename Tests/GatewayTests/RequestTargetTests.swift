import Testing
import Topics
import WebSocketServer

@testable import Gateway

@Suite struct RequestTargetTests {
    @Test(
        "Paths that are for nothing",
        arguments: [
            "/", "/api", "/api/", "/api/broadcast/", "/api/broadcast/a", "/api/broadcast/a/events",
            "/api/broadcast/a/events/", "/api/broadcast//events/e", "/api/broadcast/events/e",
            "/api/broadcasts", "/api/pingx", "/realtime/v1/broadcast", "/realtime/v2/api/broadcast",
            "/realtime/v1/realtime/v1/api/broadcast", "/api/tenants", "/API/broadcast",
        ]
    )
    func none(path: String) {
        #expect(RequestTarget(Request(method: "POST", path: path)) == nil)
    }

    @Test("Both prefixes lead to the same", arguments: ["", "/realtime/v1"])
    func targets(prefix: String) throws {
        func target(_ path: String, _ query: [(String, String)] = []) -> RequestTarget? {
            RequestTarget(Request(method: "POST", path: prefix + path, query: query))
        }
        #expect(target("/api/ping") == .ping)
        #expect(target("/api/broadcast") == .broadcasts)
        #expect(target("/api/broadcast", [("apikey", "x"), ("vsn", "1.0.0")]) == .broadcasts)
        let room = try TopicName("room:7")
        let path = "/api/broadcast/room:7/events/cursor"
        #expect(target(path) == .broadcast(topic: room, name: "cursor", isPrivate: false))
        for (value, isPrivate) in [("true", true), ("false", false), ("", false), ("1", false)] {
            #expect(
                target(path, [("private", value)])
                    == .broadcast(topic: room, name: "cursor", isPrivate: isPrivate)
            )
        }
        #expect(
            target("/api/broadcast/a/events/b/events/c/d")
                == .broadcast(topic: try TopicName("a/events/b"), name: "c/d", isPrivate: false)
        )
    }
}
