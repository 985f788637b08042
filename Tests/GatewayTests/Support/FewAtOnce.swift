import Testing

/// Lets only a few tests of a kind run at once: each has a database, a gateway and its connections
/// to PostgreSQL, which the whole test process shares.
struct FewAtOnce: SuiteTrait, TestTrait, TestScoping {
    static let turns = Turns(count: 3)

    var isRecursive: Bool { true }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing body: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await body() }
        await Self.turns.enter()
        do {
            try await body()
        } catch {
            await Self.turns.leave()
            throw error
        }
        await Self.turns.leave()
    }
}

extension Trait where Self == FewAtOnce {
    /// Lets only a few tests with this trait run at once, in all suites together.
    static var fewAtOnce: FewAtOnce { FewAtOnce() }
}

/// So many turns; whoever finds none waits for one.
actor Turns {
    private var freeCount: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(count: Int) { freeCount = count }

    func enter() async {
        if freeCount > 0 {
            freeCount -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty {
            freeCount += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
