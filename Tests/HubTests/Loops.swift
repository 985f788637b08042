import Hub
import Topics
import Wire

/// The hubs of one node with the mailboxes between them, whose letters tests open one by one.
final class Loops {
    let benches: [Bench]
    private(set) var mailboxes: [[PresenceLetter]]

    /// Whether a mailbox takes only what must arrive.
    var isFull: () -> Bool = { false }

    init(count: Int, limits: @escaping (inout HubLimits) -> Void = { _ in }) {
        let interest = Interest()
        benches = (0..<count).map { Bench(loop: $0, of: count, interest: interest, limits: limits) }
        mailboxes = Array(repeating: [], count: count)
        for bench in benches {
            bench.port.carrying = { [unowned self] letter, loop, mustArrive in
                guard mustArrive || !isFull() else { return false }
                mailboxes[loop].append(letter)
                return true
            }
        }
    }

    /// Opens the oldest letters of a loop.
    func open(_ loop: Int, count: Int = .max) {
        for _ in 0..<min(count, mailboxes[loop].count) {
            benches[loop].hub.receive(mailboxes[loop].removeFirst())
        }
    }

    /// Turns every loop until nothing is left to say.
    func settle() {
        isFull = { false }
        for _ in 0..<4 {
            repeat {
                for loop in benches.indices { open(loop) }
            } while mailboxes.contains { !$0.isEmpty }
            for bench in benches { bench.hub.flushPresence() }
        }
    }

    func pass(seconds: Int64) {
        for bench in benches {
            bench.pass(seconds: seconds)
            bench.hub.tick(time: bench.time)
        }
    }
}
