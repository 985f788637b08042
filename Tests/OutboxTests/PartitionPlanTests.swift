import Testing

@testable import Outbox

@Suite struct PartitionPlanTests {
    private static let today = UTCDay(number: 20_000)

    private static func plan(today: UTCDay = today) -> PartitionPlan {
        PartitionPlan(parent: "messages", today: today, oldestKept: today + -3, daysAhead: 3)
    }

    private static func day(
        _ offset: Int,
        _ state: Partition.State = .attached,
        length: Int = 1
    ) -> Partition {
        let day = today + offset
        return Partition(
            name: "messages_\(day.suffix)",
            state: state,
            lower: day,
            upper: state == .loose ? nil : day + length
        )
    }

    private static func last(_ offset: Int, _ state: Partition.State = .attached) -> Partition {
        Partition(
            name: "messages_later",
            state: state,
            lower: state == .loose ? nil : today + offset,
            upper: nil
        )
    }

    private static let complete = (-1...3).map { day($0) } + [last(4)]

    @Test("A complete table needs nothing")
    func complete() {
        #expect(Self.plan().next(Self.complete) == nil)
    }

    @Test("A table without partitions gets all of them at once")
    func empty() {
        let days = (-1...3).map { Self.today + $0 }
        #expect(Self.plan().next([]) == .close(days: days, isLastLoose: false))
    }

    @Test("A new day is cut off the last partition, which is out of use")
    func newDay() {
        let plan = Self.plan(today: Self.today + 1)
        #expect(plan.next(Self.complete) == .detachLast)
        let loose = Self.complete.dropLast() + [Self.last(0, .loose)]
        #expect(plan.next(Array(loose)) == .close(days: [Self.today + 4], isLastLoose: true))
    }

    @Test("A gap before the last partition is filled without touching it")
    func gap() {
        let partitions = Self.complete.filter { $0.lower != Self.today + 1 }
        #expect(Self.plan().next(partitions) == .create(days: [Self.today + 1]))
    }

    @Test("A last partition in use is ended, not detached: rows come in while it is done")
    func lastInUse() {
        let plan = Self.plan(today: Self.today + 3)
        let step = PartitionPlan.Step.endLast(from: Self.today + 4, before: Self.today + 7)
        #expect(plan.next(Self.complete) == step)
        let ended = Self.complete.dropFirst().dropLast() + [Self.day(4, length: 3), Self.last(7)]
        #expect(plan.next(Array(ended)) == nil)
    }

    @Test("Old partitions go, one at a time, also those that were detached already")
    func old() {
        let three = [Self.day(-3)] + Self.complete
        #expect(Self.plan().next(three) == nil)
        let four = [Self.day(-4)] + Self.complete
        #expect(
            Self.plan().next(four)
                == .drop(name: Self.day(-4).name, isAttached: true)
        )
        let loose = [Self.day(-4, .loose)] + Self.complete
        #expect(
            Self.plan().next(loose)
                == .drop(name: Self.day(-4).name, isAttached: false)
        )
    }

    @Test("A long partition stays until its last day is old")
    func long() {
        #expect(Self.plan().next([Self.day(-9, length: 7)] + Self.complete) == nil)
    }

    @Test("An interrupted detachment is ended before anything else")
    func pending() {
        let partitions = [Self.day(-4, .pending)]
        #expect(Self.plan().next(partitions) == .finishDetaching(name: Self.day(-4).name))
    }
}
