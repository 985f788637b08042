import Glibc
import Testing

@testable import PostgresCluster

@Suite struct ProcessEntryTests {
    @Test("This process is found, and its text finds it again")
    func own() throws {
        let entry = try #require(ProcessEntry(getpid()))
        #expect(entry.isAlive)
        #expect(ProcessEntry(text: entry.text) == entry)
        #expect(entry.workingFolder != nil)
    }

    @Test("A number given to a later process is not the same process")
    func recycled() throws {
        let entry = try #require(ProcessEntry(getpid()))
        #expect(ProcessEntry(text: "\(getpid()) \(entry.startTick - 1)") == nil)
    }

    @Test(
        "Text that is none, and numbers nobody has, are nobody",
        arguments: ["", "1", "a b", "4194305 1"]
    )
    func nobody(text: String) {
        #expect(ProcessEntry(text: text) == nil)
    }
}
