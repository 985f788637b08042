import Authorization
import TestSupport
import Testing
import Topics

@testable import struct Authorization.AuthorizerState
@testable import struct Authorization.ConcernedTopics
@testable import struct Authorization.PolicyCatalog
@testable import struct Authorization.QuestionQueue

/// Plays an authorizer's state against a database whose truth is a number for each topic, which
/// verdicts carry as their class: whoever asked after a change was told must hear of it.
private struct Play {
    typealias Taken = QuestionQueue.Taken

    static let topics = ["trip:1", "trip:2", "user:A", "note:1:x"]
    static let people = ["ana", "ben"]
    static let cacheCountMax = 3

    var generator: SeededGenerator
    var state: AuthorizerState
    var now = ContinuousClock.now
    /// What is true of each topic now, and what was when its change was last told.
    var truth = Dictionary(uniqueKeysWithValues: topics.map { ($0, 0) })
    var told = Dictionary(uniqueKeysWithValues: topics.map { ($0, 0) })
    var waiting: [AskerNumber: Int] = [:]
    /// Askers by the tickets of the questions that they wait for are the state's business; the play
    /// knows them by the moment at which they asked.
    var askedAt: [ContinuousClock.Instant: AskerNumber] = [:]
    /// Rounds in the database, each question with what it has found out so far.
    var rounds: [[(taken: Taken, found: Int?)]] = []
    var rememberedCount = 0
    var rulesNumber = 0
    var nextAsker = 0

    typealias AskerNumber = Int

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        state = AuthorizerState(
            AuthorizationConfiguration(dsn: "", cachedVerdictCountMax: Self.cacheCountMax)
        )
    }

    mutating func pick<Element>(_ list: [Element]) -> Element {
        list[Int.random(in: 0..<list.count, using: &generator)]
    }

    /// Asks; nobody may hear what was true before the last change that was told.
    mutating func ask() throws {
        let topic = pick(Self.topics)
        let question = try Question(topic, sub: pick(Self.people))
        let isFresh = Int.random(in: 0..<5, using: &generator) == 0
        now += .nanoseconds(1)
        let asker = QuestionQueue.Asker(
            askedAt: now,
            deadline: now + .seconds(60),
            answer: { _ in }
        )
        let least = told[topic] ?? 0
        switch state.add(question, asker, isFresh: isFresh) {
        case .remembered(let verdict):
            #expect(!isFresh)
            #expect(Int(verdict.readerClass ?? "-1") ?? -1 >= least, "\(topic)")
            rememberedCount += 1
        case .waiting:
            waiting[nextAsker] = least
            askedAt[now] = nextAsker
            nextAsker += 1
        case .refused: Issue.record("refused")
        }
    }

    mutating func change() {
        let topic = pick(Self.topics)
        truth[topic, default: 0] += 1
    }

    /// Tells concerns, each of which covers some topics; what is true by then is told.
    mutating func tell() {
        let concerns: [MembershipConcern] = [
            MembershipConcern(.every), MembershipConcern(.family("trip")),
            MembershipConcern(.part("1")), MembershipConcern(.part("x"), member: "ana"),
        ]
        var chosen = [pick(concerns)]
        if let name = try? TopicName(pick(Self.topics)), Bool.random(using: &generator) {
            chosen = [MembershipConcern(.topic(name), member: "ben")]
        }
        _ = state.forget(ConcernedTopics(chosen))
        for topic in Self.topics {
            guard let name = try? TopicName(topic) else { continue }
            if chosen.contains(where: { $0.covers(name) }) { told[topic] = truth[topic] }
        }
    }

    mutating func changeRules() {
        for topic in Self.topics { truth[topic, default: 0] += 1 }
        rulesNumber += 1
        let isChange = state.rulesRead(
            PolicyCatalog(
                columns: [],
                roles: [],
                policies: [],
                hasFalseImmutable: false,
                hasReaderClass: false,
                surroundings: "\(rulesNumber)"
            )
        )
        #expect(isChange == (rulesNumber > 1))
        told = truth
    }

    mutating func take() {
        let taken = state.queue.take(countMax: 2, byteCountMax: 1_000_000)
        if !taken.isEmpty { rounds.append(taken.map { ($0, nil) }) }
    }

    /// A round finds out what is true now, somewhere between being taken and being answered.
    mutating func evaluate() {
        guard !rounds.isEmpty else { return }
        let place = Int.random(in: 0..<rounds.count, using: &generator)
        for index in rounds[place].indices where rounds[place][index].found == nil {
            rounds[place][index].found = truth[rounds[place][index].taken.question.topic.text]
        }
    }

    mutating func finish() {
        guard !rounds.isEmpty else { return }
        evaluate()
        let place = Int.random(in: 0..<rounds.count, using: &generator)
        for (taken, found) in rounds.remove(at: place) {
            let number = found ?? truth[taken.question.topic.text] ?? 0
            var verdict = Verdict.all
            verdict.readerClass = "\(number)"
            let failedRules: [FailedRule] = number % 7 == 6 ? [.readerClass(sqlState: "")] : []
            let answer = Answer.verdict(verdict, failedRules: failedRules)
            for asker in state.finish(taken.ticket, answer, now: now) {
                guard let who = askedAt.removeValue(forKey: asker.askedAt),
                    let least = waiting.removeValue(forKey: who)
                else {
                    Issue.record("answered twice")
                    continue
                }
                #expect(number >= least, "\(taken.question.topic)")
            }
        }
        #expect(state.cache.count <= Self.cacheCountMax)
    }

    /// The connection ends: its questions are asked again, or given up.
    mutating func lose() {
        guard let last = rounds.popLast() else { return }
        for asker in state.queue.giveBack(last.map(\.taken)) {
            if let who = askedAt.removeValue(forKey: asker.askedAt) { waiting[who] = nil }
        }
        state.disconnected(0, .databaseAway)
        #expect(state.cache.count == 0)
    }
}

@Suite("What an authorizer knows")
struct AuthorizerStateTests {
    @Test(
        "Whoever asks after a change was told never hears from before it",
        arguments: seeds(60)
    )
    func race(seed: UInt64) throws {
        var play = Play(seed: seed)
        for _ in 0..<1_500 {
            switch Int.random(in: 0..<40, using: &play.generator) {
            case 0..<14: try play.ask()
            case 14..<18: play.change()
            case 18..<20: play.tell()
            case 20..<27: play.take()
            case 27..<30: play.evaluate()
            case 30..<37: play.finish()
            case 37: play.lose()
            case 38: if Bool.random(using: &play.generator) { play.changeRules() }
            default: play.now += .milliseconds(Int.random(in: 0...2_000, using: &play.generator))
            }
        }
        // Else this would prove nothing.
        #expect(play.rememberedCount > 20)
        while !play.rounds.isEmpty { play.finish() }
        play.take()
        while !play.rounds.isEmpty {
            play.finish()
            play.take()
        }
        #expect(play.waiting.isEmpty)
    }

    @Test("The first rules are no change, the same again are none, others are")
    func rulesRead() {
        var state = AuthorizerState(AuthorizationConfiguration(dsn: ""))
        let catalog = { (surroundings: String) in
            PolicyCatalog(
                columns: [],
                roles: [],
                policies: [],
                hasFalseImmutable: false,
                hasReaderClass: false,
                surroundings: surroundings
            )
        }
        // Unreadable for a while is no change either: nobody was answered by other rules.
        let steps = [catalog("a"), catalog("a"), nil, catalog("a"), catalog("b"), catalog("b")]
        let changes = steps.map { state.rulesRead($0) }
        #expect(changes == [false, false, false, false, true, false])
        #expect(state.rulesNumber == 2)
    }
}
