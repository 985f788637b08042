import Testing
import Wire

@testable import Hub

@Suite struct ReplayBorderTests {
    static func message(_ text: String) -> EncodedMessage {
        EncodedMessage(.text, payload: Array(text.utf8))
    }

    static func text(_ message: EncodedMessage) -> String {
        String(decoding: message.first.bytes.dropFirst(2), as: UTF8.self)
    }

    /// Below 10 all had ended; 20 and above had not begun; 12 and 15 were running.
    private let horizon = CommitHorizon(oldestRunning: 10, next: 20, running: [12, 15])

    @Test(
        "What had committed at the replay's instant is left out, all else follows in its order",
        arguments: [
            ("", "", 0), ("9", "", 1), ("9 10 11 19", "", 4), ("12 15 20 21", "12 15 20 21", 0),
            ("21 12 14 20 13", "21 12 20", 2), ("a", "a", 0), ("a 9 b 15 c", "a b 15 c", 1),
        ]
    )
    func held(words: String, expected: String, leftOut: Int) {
        let border = ReplayBorder(question: 1, deadline: .now)
        for word in words.split(separator: " ") {
            border.hold(Self.message("\(word)"), of: UInt64(word))
        }
        #expect(border.isHolding && (border.heldByteCount > 0) == !words.isEmpty)
        let found = border.open(asOf: horizon)
        #expect(found.messages.map(Self.text).joined(separator: " ") == expected)
        #expect(found.leftOut == leftOut)
        #expect(!border.isHolding && border.heldByteCount == 0)
    }

    @Test("What is the replay's matter stays so when it arrives behind it; broadcasts never are")
    func behind() {
        let border = ReplayBorder(question: 1, deadline: .now)
        for transaction in 8...22 as ClosedRange<UInt64> { #expect(!border.covers(transaction)) }
        _ = border.open(asOf: horizon)
        let covered = (8...22 as ClosedRange<UInt64>).filter { border.covers($0) }
        #expect(covered == [8, 9, 10, 11, 13, 14, 16, 17, 18, 19])
        #expect(!border.covers(nil))
    }

    @Test("An instant at which nothing ran ends where the next transaction begins")
    func quiet() {
        let quiet = CommitHorizon(oldestRunning: 10, next: 10, running: [])
        #expect(quiet.includes(9) && !quiet.includes(10))
    }
}
