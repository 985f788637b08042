import LoadChecks
import LoadScenarios
import Testing

@testable import LoadGenerator

@Suite struct WriterLineTests {
    @Test("The lines of a writer together go through all groups at its rate")
    func turns() throws {
        let scenario = try Scenarios.mixed()
        var lines = WriterLine.lines(of: scenario.writers[0], 0, in: scenario)
        #expect(lines.count == 3)
        var turns: [WriterLine.Turn] = []
        for index in lines.indices {
            for _ in 0..<6 { turns.append(lines[index].takeTurn()) }
        }
        turns.sort { $0.offset < $1.offset }
        // Four groups, four writes a second: the first eight are two rounds of a second each.
        #expect(turns.prefix(8).map(\.group) == [0, 1, 2, 3, 0, 1, 2, 3])
        #expect(turns.prefix(8).map(\.offset) == (0..<8).map { UInt64($0) * 250_000_000 })
    }

    @Test("A group's writes all belong to one line")
    func groups() throws {
        let scenario = try Scenarios.mixed()
        let lines = WriterLine.lines(of: scenario.writers[0], 0, in: scenario)
        let groups = lines.map { line in
            var line = line
            return Set((0..<12).map { _ in line.takeTurn().group })
        }
        #expect(groups == [[0, 3], [1], [2]])
    }

    @Test("Statements name the group, the number and the mark")
    func statements() throws {
        let scenario = try Scenarios.mixed()
        let line = try #require(WriterLine.lines(of: scenario.writers[0], 0, in: scenario).first)
        #expect(line.topic(of: 3) == TopicNumber.of("trip:53"))
        let mark = Mark(stream: 0, topic: line.topic(of: 3), number: 9, sentAt: 5)
        #expect(line.sql(3, mark) == "select 53, 9, '\(mark.text)'")
    }
}
