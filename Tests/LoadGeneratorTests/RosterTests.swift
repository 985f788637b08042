import LoadChecks
import Testing

@testable import LoadGenerator

@Suite struct RosterTests {
    @Test("Groups stay together, single sessions take turns, and nobody is left out")
    func places() throws {
        let roster = Roster(try Scenarios.mixed())
        let parts = (0..<2).map { roster.places(generator: $0, of: 2) }
        #expect(parts[0].filter { $0.population == 0 }.map(\.number) == [1, 2, 5, 6])
        #expect(parts[1].filter { $0.population == 0 }.map(\.number) == [3, 4, 7])
        #expect(parts[0].filter { $0.population == 1 }.map(\.number) == [1, 3])
        #expect(parts.joined().map(\.index).sorted() == Array(0..<10))
        #expect(roster.sessionCount == 10)
    }

    @Test("Only what somebody sends by is a known stream")
    func streams() throws {
        let roster = Roster(try Scenarios.mixed())
        #expect(roster.knows(0))
        #expect(!roster.knows(1))
        #expect(!roster.knows(Mark.firstSessionStream - 1))
        #expect(!roster.knows(Roster.stream(session: 0, action: 0)), "tracking sends no marks")
        #expect(roster.knows(Roster.stream(session: 6, action: 1)))
        #expect(!roster.knows(Roster.stream(session: 6, action: 2)))
        #expect(roster.knows(Roster.stream(session: 9, action: 0)))
        #expect(!roster.knows(Roster.stream(session: 10, action: 0)))
        #expect(!roster.knows(.max))
        #expect(roster.describe(Roster.stream(session: 8, action: 0)) == "action 1 of crowd 2")
    }

    @Test("A share is spread evenly and exact", arguments: [0, 0.02, 0.1, 0.5, 0.75, 1])
    func share(share: Double) {
        let taking = (1...1_000).filter { Roster.takesPart(session: $0, share: share) }
        #expect(taking.count == Int(1_000 * share))
        let firstHalf = taking.count { $0 <= 500 }
        #expect(abs(firstHalf - taking.count / 2) <= 1)
    }
}
