import Authorization
import TestSupport
import Testing
import Topics

@testable import struct Authorization.QuestionQueue

@Suite("The queue of questions")
struct QuestionQueueTests {
    private static let start = ContinuousClock.now

    private static func asker(_ milliseconds: Int = 0) -> QuestionQueue.Asker {
        QuestionQueue.Asker(
            askedAt: start + .milliseconds(milliseconds),
            deadline: start + .milliseconds(milliseconds + 1_000),
            answer: { _ in }
        )
    }

    @Test("A waiting question is shared; one that was taken is asked anew")
    func sharing() throws {
        var queue = QuestionQueue(askerCountMax: 10)
        let question = try Question("a")
        #expect(queue.add(question, Self.asker()) == .first)
        #expect(queue.add(question, Self.asker(1)) == .waiting)
        let taken = queue.take(countMax: 10, byteCountMax: 1_000)
        #expect(taken.map(\.question) == [question])
        #expect(taken[0].deadline == Self.start + .milliseconds(1_001))
        #expect(queue.add(question, Self.asker(2)) == .first)
        #expect(queue.finish(taken[0].ticket)?.askers.count == 2)
        #expect(queue.take(countMax: 10, byteCountMax: 1_000).count == 1)
        #expect(queue.askerCount == 1)
    }

    @Test("Rounds are bounded in questions and in bytes, but one question always fits")
    func rounds() throws {
        var queue = QuestionQueue(askerCountMax: 10)
        for name in ["a", "b", "c", "d"] { _ = queue.add(try Question(name), Self.asker()) }
        #expect(queue.take(countMax: 2, byteCountMax: 1_000).count == 2)
        #expect(queue.take(countMax: 2, byteCountMax: 1).count == 1)
        #expect(queue.take(countMax: 2, byteCountMax: 1).count == 1)
        #expect(queue.take(countMax: 2, byteCountMax: 1).isEmpty)
        #expect(!queue.hasWaiting)
    }

    @Test("Questions given back are asked alone and in order, and given up in the end")
    func givenBack() throws {
        var queue = QuestionQueue(askerCountMax: 10)
        for name in ["a", "b"] { _ = queue.add(try Question(name), Self.asker()) }
        let first = queue.take(countMax: 10, byteCountMax: 1_000)
        _ = queue.add(try Question("c"), Self.asker())
        #expect(queue.giveBack(first).isEmpty)
        let alone = queue.take(countMax: 10, byteCountMax: 1_000)
        #expect(alone.map(\.question.topic.text) == ["a"])
        #expect(queue.giveBack(alone).count == 1)
        #expect(queue.take(countMax: 10, byteCountMax: 1_000).map(\.question.topic.text) == ["b"])
        #expect(queue.take(countMax: 10, byteCountMax: 1_000).map(\.question.topic.text) == ["c"])
    }

    @Test("A question that was not asked after all is none the worse for it")
    func notAsked() throws {
        var queue = QuestionQueue(askerCountMax: 10)
        _ = queue.add(try Question("a"), Self.asker())
        let first = queue.take(countMax: 10, byteCountMax: 1_000)
        #expect(!first[0].isSuspect)
        let afterFirst = queue.giveBack(first)
        #expect(afterFirst.isEmpty)
        for _ in 0..<5 {
            let again = queue.take(countMax: 10, byteCountMax: 1_000)
            #expect(again.map(\.isSuspect) == [true])
            let hopeless = queue.giveBack(again, wereAsked: false)
            #expect(hopeless.isEmpty)
        }
        let last = queue.giveBack(queue.take(countMax: 10, byteCountMax: 1_000))
        #expect(last.count == 1)
    }

    @Test(
        "Any order of calls gives every asker one answer and keeps the count",
        arguments: seeds(50)
    )
    func agreesWithCounting(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var queue = QuestionQueue(askerCountMax: 40)
        var waitingCount = 0
        var now = 0
        var underway: [[QuestionQueue.Taken]] = []
        for _ in 0..<1_000 {
            now += Int.random(in: 0...50, using: &generator)
            switch Int.random(in: 0..<8, using: &generator) {
            case 0...3:
                let name = "\(Int.random(in: 0..<12, using: &generator))"
                let admission = queue.add(try Question(name), Self.asker(now))
                #expect((admission == .full) == (waitingCount == 40))
                if admission != .full { waitingCount += 1 }
            case 4:
                let taken = queue.take(countMax: 4, byteCountMax: 1_000)
                if !taken.isEmpty { underway.append(taken) }
            case 5:
                guard let taken = underway.popLast() else { continue }
                for one in taken { waitingCount -= queue.finish(one.ticket)?.askers.count ?? 0 }
            case 6:
                guard let taken = underway.popLast() else { continue }
                waitingCount -= queue.giveBack(taken).count
            default:
                let late = queue.expire(now: Self.start + .milliseconds(now))
                waitingCount -= late.count
                let isOver = late.allSatisfy { $0.deadline <= Self.start + .milliseconds(now) }
                #expect(isOver)
                if let next = queue.nextDeadline { #expect(next > Self.start + .milliseconds(now)) }
            }
            #expect(queue.askerCount == waitingCount)
        }
        #expect(queue.removeAll().count == waitingCount)
        #expect(queue.askerCount == 0)
    }
}
