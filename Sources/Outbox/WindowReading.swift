import Observation
import Topics

/// One window while it is read: hands its slices over and sums up what was seen.
struct WindowReading {
    private let deliver: (WindowSlice) -> Void
    private let observe: Observe
    private let isContinued: Bool
    private let started = ContinuousClock.now
    private var hasDelivered = false
    private var messageCount = 0
    private var byteCount = 0
    private var commitCount = 0
    private var lag: Duration?
    private var waited = Duration.zero

    /// Whether a row had to be left out that somebody may wait for.
    var hasGap = false

    /// A wait for room shorter than this is not worth a number.
    private static let waitMin = Duration.milliseconds(10)

    /// Starts a window; `isContinued` when an earlier connection delivered slices of it.
    init(
        isContinued: Bool,
        deliver: @escaping (WindowSlice) -> Void,
        observe: @escaping Observe
    ) {
        self.isContinued = isContinued
        self.deliver = deliver
        self.observe = observe
    }

    /// Delivers one page; the first one with whom the window concerns.
    mutating func hand(
        over page: WindowPage,
        _ concerns: [TransactionConcerns],
        isLast: Bool
    ) -> WindowReader.Outcome {
        let readAt = ContinuousClock.now
        for (reason, seq) in page.skipped { observe(.outbox(.rowSkipped(reason, seq: seq))) }
        // A window that began needs its end told, even if nothing is left to deliver.
        let mustEnd = isLast && (isContinued || hasDelivered)
        if !page.messages.isEmpty || !concerns.isEmpty || mustEnd {
            hasDelivered = true
            deliver(
                WindowSlice(
                    messages: page.messages,
                    isLast: isLast,
                    concerns: concerns,
                    readAt: readAt,
                    lag: page.lag
                )
            )
        }
        let delivery = ContinuousClock.now - readAt
        if delivery >= Self.waitMin { observe(.outbox(.readerWaited(delivery))) }
        waited += delivery
        messageCount += page.messages.count
        byteCount += page.byteCount
        commitCount += page.commitCount
        lag = lag ?? page.lag
        if isLast, messageCount > 0 {
            let duration = ContinuousClock.now - started - waited
            observe(
                .outbox(
                    .windowRead(
                        messageCount: messageCount,
                        byteCount: byteCount,
                        lag: lag,
                        duration: duration
                    )
                )
            )
        }
        return outcome(until: page.until)
    }

    /// What the window amounted to so far.
    func outcome(until: Snapshot) -> WindowReader.Outcome {
        WindowReader.Outcome(
            commitCount: commitCount,
            oldestRunning: until.oldestRunning,
            hasGap: hasGap
        )
    }
}
