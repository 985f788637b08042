import Locking
import Observation
import Postgres

/// The reader's thread: connects, runs the doorbell, and begins again after a loss.
final class ReaderLoop {
    private let configuration: OutboxConfiguration
    private let sink: any OutboxSink
    private let observe: Observe
    private let flags: ReaderFlags

    private var position: WindowPosition?
    private var history: History?
    private var lockSession: BackendIdentity?
    private var lastReadAt = ContinuousClock.now
    private var isAway = false
    private var hasResynced = false
    private var delay = ReconnectDelay()
    private var attempt = 0

    init(
        configuration: OutboxConfiguration,
        sink: any OutboxSink,
        observe: @escaping Observe,
        flags: ReaderFlags
    ) {
        self.configuration = configuration
        self.sink = sink
        self.observe = observe
        self.flags = flags
    }

    func run() {
        var random = SystemRandomNumberGenerator()
        while !flags.isStopping {
            do throws(ReaderFailure) {
                try serve(try ReaderLinks(configuration, ending: lockSession))
            } catch {
                flags.isCaughtUp = false
                report(error)
                attempt += 1
                let pause = delay.next(using: &random)
                observe(.database(.retrying(.reading, attempt: attempt, delay: pause)))
                if !isAway { sink.databaseAway() }
                isAway = true
                // Whoever waited when the connection was lost has woken this thread for nothing.
                flags.pipe.clear()
                if flags.isStopping { return }
                _ = Readiness.wait(readable: [flags.pipe.descriptor], timeout: pause)
            }
        }
    }

    private func report(_ failure: ReaderFailure) {
        switch failure {
        case .lost(let link, let error):
            observe(.database(.lost(link, sqlState: error.sqlState)))
        case .inRecovery: observe(.database(.unsuitable(code: "in_recovery")))
        case .lockSessionLives: observe(.database(.unsuitable(code: "lock_session_lives")))
        case .answerMalformed: observe(.database(.unsuitable(code: "answer_malformed")))
        }
    }

    /// Runs until the thread is to end, or a connection is lost.
    private func serve(_ links: ReaderLinks) throws(ReaderFailure) {
        lockSession = links.lockSession
        let reader = try ReaderLinks.link(.reading) { () throws(PostgresError) in
            try WindowReader(
                connection: links.reading,
                messageCountMax: configuration.sliceMessageCountMax,
                byteCountMax: configuration.sliceByteCountMax,
                observe: observe
            )
        }
        observe(.database(.connected(.reading)))
        observe(.database(.connected(.listening)))
        var lock = DoorbellLock(connection: links.locking, observe: observe)
        try settle(position: reader, links.history)
        var doorbell = Doorbell(limits: limits, now: .now)
        try carryOut(.connected, &doorbell, links, reader, &lock)
        arrived()
        while !flags.isStopping {
            let check = position.flatMap(reader.checkDeadline)
            let deadline = [doorbell.deadline, check].compactMap(\.self).min()
            for signal in try nextSignals(deadline, links, &lock) {
                try carryOut(signal, &doorbell, links, reader, &lock)
            }
            if let check, .now >= check { try checkOtherDays(reader) }
            try catchUp(&doorbell, links, reader, &lock)
        }
        try? lock.release()
    }

    /// Keeps the position if it means something in this database, else begins from the present.
    private func settle(
        position reader: WindowReader,
        _ present: History
    ) throws(ReaderFailure) {
        let now = try reader.snapshot()
        let lastSeq = try reader.lastSeq()
        defer { history = present }
        guard let position else {
            self.position = WindowPosition(delivered: now, lastSeq: lastSeq)
            return
        }
        // A sequence that went back has lost commits that were delivered. Transaction numbers may
        // go back: a crash forgets those that wrote nothing.
        let isSame = history == present && lastSeq >= position.lastSeq
        let isKept = ContinuousClock.now - lastReadAt < configuration.retention
        if isSame, isKept {
            _ = try read(by: reader) { (reader, place, deliver) throws(ReaderFailure) in
                try reader.catchUp(from: &place, deliver: deliver)
            }
            return
        }
        observe(.database(.resync(isSame ? .tooOld : .anotherHistory)))
        self.position = WindowPosition(delivered: now, lastSeq: lastSeq)
        resync()
    }

    private func resync() {
        sink.resync()
        hasResynced = true
    }

    private func arrived() {
        delay.reset()
        attempt = 0
        flags.isCaughtUp = true
        // Who was told to load again is not told that nothing was missed.
        if isAway, !hasResynced { sink.databaseBack() }
        isAway = false
        hasResynced = false
    }

    private func carryOut(
        _ first: Doorbell.Signal,
        _ doorbell: inout Doorbell,
        _ links: ReaderLinks,
        _ reader: WindowReader,
        _ lock: inout DoorbellLock
    ) throws(ReaderFailure) {
        var signals = [first]
        while let signal = signals.popLast() {
            for effect in doorbell.handle(signal, at: .now) {
                switch effect {
                case .read: signals.append(try read(reader, isCertain: true))
                case .look: signals.append(try read(reader, isCertain: false))
                case .ask:
                    try ReaderLinks.link(.listening, { () throws(PostgresError) in try lock.ask() })
                case .release:
                    try ReaderLinks.link(.listening) { () throws(PostgresError) in
                        try lock.release()
                    }
                    let bound = try links.nextTransaction()
                    _ = doorbell.handle(.released(bound: bound), at: .now)
                case .ring: try links.ring()
                case .countNodes:
                    let signal = Doorbell.Signal.counted(nodeCount: try links.nodeCount())
                    _ = doorbell.handle(signal, at: .now)
                case .announce(let mode): observe(.outbox(.readerModeChanged(mode)))
                }
            }
        }
    }

    private func read(
        _ reader: WindowReader,
        isCertain: Bool
    ) throws(ReaderFailure) -> Doorbell.Signal {
        let outcome = try read(by: reader) { (reader, place, deliver) throws(ReaderFailure) in
            isCertain
                ? try reader.read(from: &place, deliver: deliver)
                : try reader.look(from: &place, deliver: deliver)
        }
        return .read(commitCount: outcome.commitCount, oldestRunning: outcome.oldestRunning)
    }

    /// Reads on for those who wait for it, in all partitions.
    private func catchUp(
        _ doorbell: inout Doorbell,
        _ links: ReaderLinks,
        _ reader: WindowReader,
        _ lock: inout DoorbellLock
    ) throws(ReaderFailure) {
        let count = flags.waitingCount
        guard count > 0 else { return }
        try carryOut(try read(reader, isCertain: false), &doorbell, links, reader, &lock)
        if position.flatMap(reader.checkDeadline) != nil { try checkOtherDays(reader) }
        flags.tellWaiting(count)
    }

    private func checkOtherDays(_ reader: WindowReader) throws(ReaderFailure) {
        _ = try read(by: reader) { (reader, place, deliver) throws(ReaderFailure) in
            try reader.check(from: &place, deliver: deliver)
        }
    }

    /// One way of the reader's to read on from the position.
    private typealias Reading = (
        WindowReader, inout WindowPosition, @escaping (WindowSlice) -> Void
    ) throws(ReaderFailure) -> WindowReader.Outcome

    private func read(
        by reader: WindowReader,
        _ reading: Reading
    ) throws(ReaderFailure) -> WindowReader.Outcome {
        guard var place = position else { preconditionFailure("nothing is read before settling") }
        // Kept also on failure: the slices delivered by then are not delivered again.
        defer { position = place }
        let sink = sink
        let outcome = try reading(reader, &place, { sink.deliver($0) })
        lastReadAt = .now
        if outcome.hasGap { resync() }
        return outcome
    }

    /// Sleeps until something happens and says what it was.
    private func nextSignals(
        _ deadline: ContinuousClock.Instant?,
        _ links: ReaderLinks,
        _ lock: inout DoorbellLock
    ) throws(ReaderFailure) -> [Doorbell.Signal] {
        let (pipe, listening, reading) = (
            flags.pipe.descriptor, links.listening.descriptor, links.reading.descriptor
        )
        let ready = Readiness.wait(
            readable: [listening, lock.descriptor, reading, pipe],
            timeout: deadline.map { $0 - .now }
        )
        if ready.contains(pipe) { flags.pipe.clear() }
        if ready.contains(lock.descriptor) {
            try ReaderLinks.link(.listening) { () throws(PostgresError) in try lock.look() }
        }
        if ready.contains(reading) {
            try ReaderLinks.link(.reading) { () throws(PostgresError) in
                _ = try links.reading.notifications()
            }
        }
        var signals: [Doorbell.Signal] = []
        if ready.contains(listening) {
            let rings = try ReaderLinks.link(.listening) { () throws(PostgresError) in
                try links.listening.notifications()
            }
            signals = Self.signals(rings, own: links)
        }
        if let deadline, ContinuousClock.now >= deadline { signals.append(.timePassed) }
        return signals
    }

    private static func signals(
        _ rings: [PostgresNotification],
        own links: ReaderLinks
    ) -> [Doorbell.Signal] {
        let own = [links.reading.processID, links.listening.processID]
        var writerCount = 0
        var isRung = false
        var isGreeted = false
        for ring in rings where !own.contains(ring.processID) {
            switch ReaderLinks.Ring(rawValue: ring.payload) {
            case .greeting: isGreeted = true
            case .node: isRung = true
            case .writer, nil:
                writerCount += 1
                isRung = true
            }
        }
        return (isGreeted ? [.greeted] : []) + (isRung ? [.rung(writerCount: writerCount)] : [])
    }

    private var limits: Doorbell.Limits {
        let rate = configuration.hotCommitsPerSecond
        let count = configuration.rateInterval / .seconds(1) * Double(rate)
        return Doorbell.Limits(
            safetyPollInterval: configuration.safetyPollInterval,
            hotPollInterval: configuration.hotPollInterval,
            drainPollInterval: configuration.drainPollInterval,
            rateInterval: configuration.rateInterval,
            hotCommitCount: max(1, Int(count)),
            nodeCountInterval: .seconds(1)
        )
    }
}
