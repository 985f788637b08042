import Locking
import Observation
import Postgres
import Synchronization
import TopicFiles
import Topics

/// Keeps what is served in step with the folder of topic files, on a thread of its own.
///
/// All files are read and checked as a whole. Files that are wrong, or that the database does not
/// fit, change nothing: what was served is served on, and every problem is told once.
final class TopicKeeper: Sendable {
    /// What came of reading the folder.
    private enum Outcome: String {
        /// Other files are served from now on.
        case loaded
        /// The files say what is served already.
        case unchanged
        /// The files are wrong.
        case malformed
        /// The database does not fit them.
        case unfit
        /// The database cannot be asked.
        case away
    }

    /// How files are read.
    typealias Reading = Result<[TopicFileText], TopicFilesFailure>

    let served: ServedTopics
    private let folder: String
    private let interval: Duration
    private let fit: TopicFit
    private let observe: Observe
    private let initial: Reading
    private let pipe: WakePipe
    private let stopping = Atomic(false)
    private let isAsked = Atomic(false)
    private let thread = Locked<WorkThread?>(nil)

    /// Reads the files, which are served from the start.
    ///
    /// - Throws: ``NodeFailure`` when they are wrong.
    init(
        _ configuration: GatewayConfiguration,
        observe: @escaping Observe
    ) throws(NodeFailure) {
        let values = configuration.values
        folder = values.text(.topicsFolder)
        interval = .seconds(values.number(.topicsLookSeconds))
        fit = TopicFit(configuration)
        self.observe = observe
        served = ServedTopics(isChecked: folder.isEmpty)
        do {
            pipe = try WakePipe()
        } catch {
            throw .outOfDescriptors
        }
        initial = folder.isEmpty ? .success([]) : Self.read(folder)
        do {
            let contract = try TopicFiles.contract(of: initial.get())
            served.replace(with: contract, isChecked: folder.isEmpty)
        } catch {
            throw .topicsUnusable(error.problems)
        }
    }

    private static func read(_ folder: String) -> Reading {
        Result { () throws(TopicFilesFailure) in try TopicFiles.texts(folder: folder) }
    }

    /// Starts the thread, if there is a folder.
    ///
    /// - Parameter publish: Told on that thread what is served from then on.
    func start(_ publish: @escaping @Sendable (TopicContract) -> Void) {
        guard !folder.isEmpty else { return }
        let started = WorkThread(name: "topics") { [self] in run(publish) }
        thread.withLock { thread in
            precondition(thread == nil, "a keeper starts once")
            thread = started
        }
    }

    /// Reads the files again now, whether they have changed or not; called on any thread.
    func reload() {
        isAsked.store(true, ordering: .releasing)
        pipe.wake()
    }

    /// Ends the thread and waits for it.
    func stop() {
        stopping.store(true, ordering: .releasing)
        pipe.wake()
        let running = thread.withLock { $0 }
        running?.join()
    }

    private var isStopping: Bool { stopping.load(ordering: .acquiring) }

    private func run(_ publish: (TopicContract) -> Void) {
        var seen = initial
        var isSettled = false
        var told: Finding?
        while !isStopping {
            if !isSettled {
                let finding = take(seen, publish)
                isSettled = finding.isSettled
                served.markCurrent(finding.outcome == .loaded || finding.outcome == .unchanged)
                if told != finding { tell(finding) }
                told = finding
            }
            _ = Readiness.wait(readable: [pipe.descriptor], timeout: interval)
            pipe.clear()
            guard !isStopping else { return }
            let isAsked = isAsked.exchange(false, ordering: .acquiringAndReleasing)
            let found = Self.read(folder)
            guard isAsked || found != seen else { continue }
            seen = found
            isSettled = false
            told = nil
        }
    }

    /// What came of a look, with everything that is wrong.
    private struct Finding: Equatable {
        let outcome: Outcome
        var problems: [TopicProblem] = []

        /// Whether only other files, and not the database, can change it.
        var isSettled: Bool { outcome != .unfit && outcome != .away }
    }

    /// Serves what was read, if it is right and the database fits it.
    private func take(_ reading: Reading, _ publish: (TopicContract) -> Void) -> Finding {
        let contract: TopicContract
        do {
            contract = try TopicFiles.contract(of: reading.get())
        } catch {
            return Finding(outcome: .malformed, problems: error.problems)
        }
        switch fit.find(contract) {
        case .away: return Finding(outcome: .away)
        case .unfit(let problems): return Finding(outcome: .unfit, problems: problems)
        case .fits(let warnings):
            let isNews = contract != served.contract
            let outcome: Outcome = isNews || !served.isChecked ? .loaded : .unchanged
            served.replace(with: contract, isChecked: true)
            if isNews { publish(contract) }
            return Finding(outcome: outcome, problems: warnings)
        }
    }

    private func tell(_ finding: Finding) {
        for problem in finding.problems {
            observe(
                .topics(
                    .problem(
                        place: problem.place?.description,
                        message: problem.message,
                        isError: problem.severity == .error
                    )
                )
            )
        }
        switch finding.outcome {
        case .loaded: observe(.topics(.loaded(familyCount: served.contract.families.count)))
        case .unchanged: observe(.topics(.unchanged))
        case .malformed, .unfit, .away:
            observe(.topics(.kept(reason: finding.outcome.rawValue)))
        }
    }
}
