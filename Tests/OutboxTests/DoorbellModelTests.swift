import Observation
import TestSupport
import Testing

@testable import Outbox

/// A database and its writers as far as the doorbell is concerned.
///
/// A writer takes a number with its insert, then tries the lock, then commits; only a commit sends
/// the notification, and only a commit lets its row be read.
private struct World {
    struct Writer {
        let number: UInt64
        var foundFree: Bool?
    }

    var next: UInt64 = 1
    var running: [Writer] = []
    var unread = 0
    var readCount = 0
    var pendingRings = 0
    var isLockTaken = false
    var now = ContinuousClock.now
    var doorbell: Doorbell
    var handovers = 0

    init(hotCommitCount: Int) {
        let limits = Doorbell.Limits(
            safetyPollInterval: nil,
            hotPollInterval: .milliseconds(3),
            drainPollInterval: .milliseconds(10),
            rateInterval: .milliseconds(200),
            hotCommitCount: hotCommitCount,
            nodeCountInterval: .seconds(1)
        )
        doorbell = Doorbell(limits: limits, now: now)
        take(.connected)
    }

    mutating func take(_ first: Doorbell.Signal) {
        var signals = [first]
        while let signal = signals.popLast() {
            for effect in doorbell.handle(signal, at: now) {
                switch effect {
                case .read, .look:
                    let oldest = running.map(\.number).min() ?? next
                    signals.append(.read(commitCount: unread, oldestRunning: oldest))
                    readCount += unread
                    unread = 0
                case .ask: isLockTaken = true
                case .release:
                    isLockTaken = false
                    _ = doorbell.handle(.released(bound: next), at: now)
                    next += 1
                case .announce(let mode): if mode == .cold { handovers += 1 }
                case .ring, .countNodes: break
                }
            }
        }
    }

    mutating func step(_ random: inout SeededGenerator, isBusy: Bool) {
        switch Int.random(in: 0..<(isBusy ? 6 : 3), using: &random) {
        case 0:
            now += .milliseconds(Int.random(in: 1...30, using: &random))
            take(.timePassed)
        case 1: hearRings()
        case 2, 3: commit(&random)
        case 4:
            running.append(Writer(number: next))
            next += 1
        default:
            guard let index = running.indices.randomElement(using: &random) else { return }
            running[index].foundFree = running[index].foundFree ?? !isLockTaken
        }
    }

    mutating func hearRings() {
        guard pendingRings > 0 else { return }
        let count = pendingRings
        pendingRings = 0
        take(.rung(writerCount: count))
    }

    mutating func commit(_ random: inout SeededGenerator) {
        guard let index = running.indices.randomElement(using: &random) else { return }
        let writer = running.remove(at: index)
        if writer.foundFree ?? !isLockTaken { pendingRings += 1 }
        unread += 1
    }
}

@Suite struct DoorbellModelTests {
    @Test(
        "Whatever the order of things, without a safety poll nothing stays unread",
        arguments: seeds(300)
    )
    func nothingLost(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var world = World(hotCommitCount: 2)
        for _ in 0..<20 {
            let isBusy = Bool.random(using: &random)
            for _ in 0..<50 {
                world.step(&random, isBusy: isBusy)
                // Asleep with nothing to wake it, the reader must have read everything.
                guard world.doorbell.mode == .cold, world.pendingRings == 0 else { continue }
                #expect(world.unread == 0)
            }
        }
        while !world.running.isEmpty { world.commit(&random) }
        world.hearRings()
        // A hot or draining reader goes on by itself; a cold one is woken by nobody any more.
        for _ in 0..<1_000 {
            guard let deadline = world.doorbell.deadline else { break }
            world.now = max(world.now, deadline)
            world.take(.timePassed)
        }
        #expect(world.doorbell.mode == .cold)
        #expect(world.unread == 0)
        #expect(!world.isLockTaken)
        #expect(world.handovers > 1, "this sequence never turned hot: it proves nothing")
    }
}
