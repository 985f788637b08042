import Testing

@testable import LoadChecks

@Suite struct ReceiptsTests {
    private func mark(_ number: UInt64, stream: UInt32 = 3, topic: UInt64 = 7) -> Mark {
        Mark(stream: stream, topic: topic, number: number, sentAt: 1)
    }

    private func taken(
        _ numbers: [UInt64],
        isComplete: Bool = true
    ) -> (Receipts, [Receipts.Finding]) {
        var receipts = Receipts(isComplete: isComplete)
        let findings = numbers.map { receipts.take(mark($0), isReplayed: false) }
        return (receipts, findings)
    }

    @Test("The same number again is a duplicate")
    func duplicate() {
        let (_, findings) = taken([1, 2, 2, 1])
        #expect(findings == [.next, .next, .duplicate, .duplicate])
    }

    @Test("A number behind a later one is late once, and then a duplicate")
    func late() {
        let (receipts, findings) = taken([1, 3, 2, 2])
        #expect(findings == [.next, .ahead(missingCount: 1), .late, .duplicate])
        #expect(receipts.holes.isEmpty)
    }

    @Test("Numbers that are left out stay outstanding")
    func holes() {
        let (receipts, findings) = taken([3, 10])
        #expect(findings == [.ahead(missingCount: 2), .ahead(missingCount: 6)])
        #expect(receipts.holes.map(\.numbers) == [1...2, 4...9])
        #expect(receipts.last(of: 3, topic: 7) == 10)
    }

    @Test("A hole can be filled from its middle")
    func middle() {
        let (receipts, findings) = taken([1, 6, 4, 4, 2, 5, 3])
        #expect(findings[2...] == [.late, .duplicate, .late, .late, .late])
        #expect(receipts.holes.isEmpty)
    }

    @Test("More holes than are remembered are counted")
    func manyHoles() {
        let numbers = (1...UInt64(Receipts.holeCountMax + 2)).map { $0 * 2 }
        let (receipts, _) = taken(numbers)
        #expect(receipts.holes.count == Receipts.holeCountMax)
        #expect(receipts.forgottenCount == 2)
    }

    @Test("A replay may repeat, and fills holes only too late")
    func replay() {
        var receipts = Receipts(isComplete: true)
        #expect(receipts.take(mark(1), isReplayed: false) == .next)
        #expect(receipts.take(mark(1), isReplayed: true) == .repeated)
        #expect(receipts.take(mark(3), isReplayed: true) == .ahead(missingCount: 1))
        #expect(receipts.take(mark(2), isReplayed: true) == .late)
    }

    @Test("Who came late is held to what follows the first message")
    func newcomer() {
        let (receipts, findings) = taken([5, 6, 4, 8], isComplete: false)
        #expect(findings == [.next, .next, .late, .ahead(missingCount: 1)])
        #expect(receipts.last(of: 3, topic: 7) == 8)
        #expect(receipts.last(of: 4, topic: 7) == nil)
        #expect(Receipts(isComplete: true).last(of: 4, topic: 7) == 0)
    }

    @Test("Streams and topics are told apart")
    func apart() {
        var receipts = Receipts(isComplete: true)
        for stream: UInt32 in 0..<40 {
            for topic: UInt64 in 0..<5 {
                let first = mark(1, stream: stream, topic: topic)
                #expect(receipts.take(first, isReplayed: false) == .next)
            }
        }
        #expect(receipts.take(mark(2, stream: 39, topic: 4), isReplayed: false) == .next)
        #expect(receipts.last(of: 39, topic: 4) == 2)
        #expect(receipts.last(of: 38, topic: 4) == 1)
    }

    @Test("A rejoin without replay forgets, and tells what was outstanding")
    func rejoin() {
        var (receipts, _) = taken([1, 3])
        #expect(receipts.rejoin(keepsWriters: false).map(\.numbers) == [2...2])
        #expect(receipts.last(of: 3, topic: 7) == nil)
        #expect(receipts.take(mark(9), isReplayed: false) == .next)
    }

    @Test("A rejoin with replay is held to what writers wrote, not to what sessions sent")
    func rejoinWithReplay() {
        let session = Mark.firstSessionStream
        var receipts = Receipts(isComplete: true)
        _ = receipts.take(mark(3), isReplayed: false)
        _ = receipts.take(mark(2, stream: session), isReplayed: false)
        let lost = receipts.rejoin(keepsWriters: true)
        #expect(lost.map(\.stream) == [session])
        #expect(receipts.holes.map(\.numbers) == [1...2])
        #expect(receipts.take(mark(5), isReplayed: true) == .ahead(missingCount: 1))
        #expect(receipts.take(mark(9, stream: session), isReplayed: false) == .next)
        #expect(receipts.last(of: 1, topic: 7) == 0)
    }

    @Test("Any order is told like a list of numbers tells it", arguments: 1...200)
    func agreesWithModel(seed: UInt64) {
        var random = Seeded(state: seed)
        let isComplete = Bool.random(using: &random)
        var receipts = Receipts(isComplete: isComplete)
        var model: [UInt32: (first: UInt64, seen: Set<UInt64>)] = [:]
        for _ in 0..<400 {
            let stream = UInt32.random(in: 0..<6, using: &random)
            let number = UInt64.random(in: 1...30, using: &random)
            let isReplayed = Int.random(in: 0..<4, using: &random) == 0
            var known = model[stream] ?? (first: isComplete ? 1 : number, seen: [])
            let last = known.seen.max() ?? known.first - 1
            let expected: Receipts.Finding =
                if number > last {
                    number == last + 1 ? .next : .ahead(missingCount: number - last - 1)
                } else if number < known.first {
                    isReplayed ? .repeated : .late
                } else if !known.seen.contains(number) {
                    .late
                } else {
                    isReplayed ? .repeated : .duplicate
                }
            let found = receipts.take(mark(number, stream: stream), isReplayed: isReplayed)
            #expect(found == expected, "stream \(stream), number \(number)")
            if number >= known.first { known.seen.insert(number) }
            model[stream] = known
        }
        let outstanding = model.map { stream, known in
            (known.first...(known.seen.max() ?? known.first)).filter { !known.seen.contains($0) }
                .map { UInt64(stream) << 32 | $0 }
        }
        let holes = receipts.holes.flatMap { hole in
            hole.numbers.map { UInt64(hole.stream) << 32 | $0 }
        }
        #expect(Set(holes) == Set(outstanding.joined()))
        #expect(holes.count == Set(holes).count)
    }
}

/// Repeatable randomness (SplitMix64).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
