import Testing

@testable import Outbox

@Suite struct SnapshotTests {
    @Test("A snapshot's three parts are read")
    func parts() throws {
        let snapshot = try #require(Snapshot(parsing: "10:20:11,15"))
        #expect(snapshot.oldestRunning == 10)
        #expect(snapshot.next == 20)
        #expect(snapshot.runningList == "{11,15}")
        #expect(Snapshot(parsing: "10:10:")?.runningList == "{}")
    }

    @Test("What is no snapshot is none", arguments: ["", "1", "1:2", "a:2:", "1:b:", "1:2:3:4"])
    func malformed(text: String) {
        #expect(Snapshot(parsing: text) == nil)
    }
}
