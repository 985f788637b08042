import LoadChecks
import Testing

@testable import LoadGenerator

@Suite struct ComparisonTests {
    private func hole(_ numbers: ClosedRange<UInt64>, stream: UInt32 = 5) -> Receipts.Hole {
        Receipts.Hole(stream: stream, topic: 7, numbers: numbers)
    }

    @Test(
        "Only what may have been lost with its sender's connection is forgiven",
        arguments: [
            ([], 10), ([1...3], 10), ([1...4], 9), ([5...6, 12...13], 6), ([1...99], 0),
            ([4...13], 0), ([4...8, 10...13], 1), ([13...13], 9), ([4...8, 6...6, 8...9], 4),
            ([14...20], 10),
        ] as [([ClosedRange<UInt64>], Int)]
    )
    func forgiven(uncertain: [ClosedRange<UInt64>], due: Int) {
        let sent = SentCount(stream: 5, topic: 7, number: 30, uncertain: uncertain)
        let comparison = Comparison([sent], deadline: 0)
        #expect(comparison.dueCount(hole(4...13)) == due)
        #expect(comparison.dueCount(hole(4...13, stream: 6)) == 10)
    }

    @Test("A sender is certain of what lies before the last answer")
    func confirmed() {
        var sender = Sender(stream: 5, topic: 7)
        sender.number = 4
        sender.checkpoint = 4
        sender.checkpointRef = 10
        sender.number = 6
        sender.answered(9)
        #expect(sender.confirmed == 0)
        sender.answered(10)
        #expect(sender.confirmed == 4)
    }

    @Test("A sender remembers when its last eight messages left")
    func left() {
        var sender = Sender(stream: 5, topic: 7)
        for number: UInt64 in 1...20 {
            sender.number = number
            sender.leftAt[Int(number & 7)] = number * 100
        }
        #expect(sender.leftAt(12) == nil)
        #expect(sender.leftAt(13) == 1_300)
        #expect(sender.leftAt(20) == 2_000)
        #expect(sender.leftAt(21) == nil)
    }
}
