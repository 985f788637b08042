import Testing

@testable import LoadGenerator

@Suite struct ScheduleTests {
    private func entry(_ due: UInt64, session: UInt32 = 0) -> Schedule.Entry {
        Schedule.Entry(due: due, session: session, epoch: 1, duty: .act, place: 2)
    }

    @Test("Nothing is due before its time")
    func notYet() {
        var schedule = Schedule()
        #expect(schedule.take(dueBy: .max) == nil)
        schedule.add(entry(10))
        #expect(schedule.take(dueBy: 9) == nil)
        #expect(schedule.firstDue == 10)
        #expect(schedule.take(dueBy: 10) == entry(10))
        #expect(schedule.firstDue == nil)
    }

    @Test("Whatever the order of adding, the first comes first", arguments: 1...50)
    func order(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var schedule = Schedule()
        var model: [UInt64] = []
        for number in 0..<300 {
            if Int.random(in: 0..<3, using: &random) > 0 {
                let due = UInt64.random(in: 0..<100, using: &random)
                schedule.add(entry(due, session: UInt32(number)))
                model.append(due)
            } else {
                let taken = schedule.take(dueBy: 50)
                let expected = model.min().flatMap { $0 <= 50 ? $0 : nil }
                #expect(taken?.due == expected)
                if let expected, let index = model.firstIndex(of: expected) {
                    model.remove(at: index)
                }
            }
            #expect(schedule.count == model.count)
        }
        var rest: [UInt64] = []
        while let entry = schedule.take(dueBy: .max) { rest.append(entry.due) }
        #expect(rest == model.sorted())
    }
}
