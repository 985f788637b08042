import Hub
import Testing
import Topics
import Wire

/// A database whose transactions commit one after the other, a reader, a mailbox, the rules, and
/// one loop with the channels of two people, one step at a time.
private final class World {
    /// What a transaction did.
    struct Transaction {
        let hasMessage: Bool
        /// Whether its change concerns people: ana alone, or everybody.
        let concerns: MembershipConcern?
        /// Whether ana may read once it is committed.
        let mayRead: Bool
    }

    enum Letter {
        case concern(MembershipConcern)
        case message(Int)
        case caughtUp(UInt64)
    }

    /// A connection that joins, is cut, and joins again.
    final class Person {
        let connection: ConnectionNumber
        let isAna: Bool
        /// The instant of the verdict that counts.
        var verdictAt = 0
        /// The question that it answers.
        var answered: UInt64 = 0
        var life: Life?
        var isJoining = false

        init(_ connection: ConnectionNumber, isAna: Bool) {
            self.connection = connection
            self.isAna = isAna
        }
    }

    /// A channel from its ok to its end.
    final class Life {
        let isAna: Bool
        let verdictAt: Int
        let openedBefore: Int
        var seen: [Int] = []
        /// What had been opened when the channel was told to load again.
        var resyncedAt = -1
        var endedAt: Int?
        var hasLeft = false

        init(isAna: Bool, verdictAt: Int, openedBefore: Int) {
            self.isAna = isAna
            self.verdictAt = verdictAt
            self.openedBefore = openedBefore
        }
    }

    let bench = Bench { $0.withheldByteCountMax = 2_000 }
    let topic: TopicKey
    var log: [Transaction] = []
    private var readCount = 0
    private var mailbox: [Letter] = []
    private var openedCount = 0
    private var evaluated: [(question: AccessQuestion, mayRead: Bool, at: Int)] = []
    private(set) var people: [Person] = []
    private(set) var lives: [Life] = []

    init() throws {
        topic = TopicKey(name: try TopicName("trip:1"), isPrivate: true)
        for name in ["ana", "ana", "ben"] {
            people.append(Person(bench.connect(as: name), isAna: name == "ana"))
        }
    }

    var mayRead: Bool { log.last?.mayRead ?? true }

    func commit(hasMessage: Bool, concerns: MembershipConcern?, mayRead: Bool) {
        log.append(Transaction(hasMessage: hasMessage, concerns: concerns, mayRead: mayRead))
    }

    func read() {
        for place in readCount..<log.count {
            if let concern = log[place].concerns { mailbox.append(.concern(concern)) }
            if log[place].hasMessage { mailbox.append(.message(place)) }
        }
        readCount = log.count
    }

    func answerPassage() {
        guard let number = bench.port.passages.first else { return }
        bench.port.passages.removeFirst()
        read()
        mailbox.append(.caughtUp(number))
    }

    func open() {
        guard !mailbox.isEmpty else { return }
        switch mailbox.removeFirst() {
        case .concern(let concern):
            bench.hub.concern(
                ConcernedMembers([concern]),
                committedAt: bench.time.now,
                time: bench.time
            )
        case .message(let place):
            openedCount = place + 1
            let message = MessageEncoder(serializer: .v2).push(
                joinRef: .null,
                ref: .null,
                topic: topic.name.wireText,
                name: "broadcast",
                payload: JSON.object([.init(key: "m", value: .number("\(place)"))]).text
            )
            bench.hub.deliver(RelayedBroadcast(topic: topic, v1: nil, v2: message))
        case .caughtUp(let number): bench.hub.caughtUp(number, time: bench.time)
        }
        listen()
    }

    func evaluate<Generator: RandomNumberGenerator>(_ dice: inout Generator) {
        guard !bench.port.questions.isEmpty else { return }
        let place = Int.random(in: 0..<bench.port.questions.count, using: &dice)
        let question = bench.port.questions.remove(at: place)
        let isAna = people.first { $0.connection == question.connection }?.isAna == true
        evaluated.append((question, mayRead || !isAna, log.count))
    }

    func answer<Generator: RandomNumberGenerator>(_ dice: inout Generator) {
        guard !evaluated.isEmpty else { return }
        let (question, mayRead, at) = evaluated.remove(
            at: Int.random(in: 0..<evaluated.count, using: &dice)
        )
        // An answer to a question of before does not count, whenever it was found.
        let person = people.first { $0.connection == question.connection }
        if let person, person.answered < question.number {
            person.answered = question.number
            person.verdictAt = at
        }
        bench.hub.answered(
            question.number,
            connection: question.connection,
            topic: question.topic,
            .verdict(mayRead ? .all : .denied),
            time: bench.time
        )
        listen()
    }

    func join(_ person: Person) {
        guard person.life == nil, !person.isJoining else { return }
        person.isJoining = true
        bench.join("trip:1", on: person.connection)
    }

    func leave(_ person: Person) {
        guard person.life != nil || person.isJoining else { return }
        bench.say(#"["1","2","realtime:trip:1","phx_leave",{}]"#, on: person.connection)
        _ = bench.port.take(person.connection)
        person.life?.hasLeft = true
        person.life = nil
        person.isJoining = false
    }

    private func listen() {
        for person in people {
            for text in bench.port.take(person.connection) { hear(text, person) }
        }
    }

    private func hear(_ text: String, _ person: Person) {
        if text.contains("phx_reply") {
            person.isJoining = false
            guard text.contains(#""status":"ok""#) else { return }
            let life = Life(
                isAna: person.isAna,
                verdictAt: person.verdictAt,
                openedBefore: openedCount
            )
            person.life = life
            lives.append(life)
        } else if text.contains("phx_close") {
            person.life?.endedAt = log.count
            person.life = nil
        } else if text.contains("please load again") {
            person.life?.resyncedAt = openedCount
        } else if let mark = text.firstRange(of: #"{"m":"#) {
            let digits = text[mark.upperBound...].prefix { $0.isNumber }
            person.life?.seen.append(Int(digits) ?? -1)
        }
    }

    /// Lets everything that is under way arrive.
    func settle<Generator: RandomNumberGenerator>(_ dice: inout Generator) {
        read()
        while true {
            while !mailbox.isEmpty { open() }
            if !bench.port.passages.isEmpty {
                answerPassage()
            } else if !bench.port.questions.isEmpty {
                evaluate(&dice)
            } else if !evaluated.isEmpty {
                answer(&dice)
            } else if mailbox.isEmpty {
                return
            }
        }
    }
}

@Suite struct HubConcernsModelTests {
    @Test(
        "However commits, windows, verdicts and joins fall, nobody sees what was committed while he might not read, and who might all along misses nothing unsaid",
        arguments: 0..<400 as Range<UInt64>
    )
    func anyOrder(seed: UInt64) throws {
        var dice = Dice(state: seed)
        let world = try World()
        for person in world.people { world.join(person) }
        world.settle(&dice)
        for _ in 0..<Int.random(in: 30...300, using: &dice) { try step(world, &dice) }
        world.settle(&dice)
        for life in world.lives { check(life, world, "seed \(seed)") }
        for person in world.people where person.isAna {
            #expect(person.life == nil || world.mayRead, "seed \(seed)")
        }
        #expect(world.bench.hub.counters.withheldBytes == 0, "seed \(seed)")
        #expect(world.bench.hub.counters.channelsHeld == 0, "seed \(seed)")
    }

    private func step(_ world: World, _ dice: inout Dice) throws {
        let ana = MembershipConcern(.topic(world.topic.name), member: "ana")
        let everybody: [MembershipConcern] = [
            MembershipConcern(.topic(world.topic.name)), MembershipConcern(.family("trip")),
            MembershipConcern(.every),
        ]
        let hasMessage = Bool.random(using: &dice)
        switch Int.random(in: 0..<24, using: &dice) {
        case 0...3: world.commit(hasMessage: true, concerns: nil, mayRead: world.mayRead)
        case 4: world.commit(hasMessage: hasMessage, concerns: ana, mayRead: !world.mayRead)
        case 5:
            // It comes to nothing, or may come to anything.
            let isNeutral = Bool.random(using: &dice)
            world.commit(
                hasMessage: hasMessage,
                concerns: isNeutral ? ana : everybody.randomElement(using: &dice),
                mayRead: isNeutral ? world.mayRead : Bool.random(using: &dice)
            )
        case 6...7: world.read()
        case 8...9: world.answerPassage()
        case 10...13: for _ in 0..<Int.random(in: 1...4, using: &dice) { world.open() }
        case 14...17: for _ in 0..<Int.random(in: 1...3, using: &dice) { world.evaluate(&dice) }
        case 18...21: for _ in 0..<Int.random(in: 1...3, using: &dice) { world.answer(&dice) }
        case 22:
            for person in world.people where Bool.random(using: &dice) { world.join(person) }
        default:
            guard Int.random(in: 0..<8, using: &dice) == 0 else { return }
            if let person = world.people.randomElement(using: &dice) { world.leave(person) }
        }
    }

    private func check(_ life: World.Life, _ world: World, _ comment: Comment) {
        #expect(life.seen == Array(Set(life.seen)).sorted(), "in order, once; \(comment)")
        func mayRead(at place: Int) -> Bool { !life.isAna || world.log[place].mayRead }
        for place in life.seen {
            #expect(place >= life.verdictAt, "\(place) is of before the verdict; \(comment)")
            #expect(mayRead(at: place), "\(place) is nobody's business; \(comment)")
        }
        guard !life.hasLeft else { return }
        let isCut = life.endedAt != nil
        var isUnbroken = true
        // A change of before the verdict may be on its way to the loop.
        var isConcerned = world.log[..<life.verdictAt].dropFirst(life.openedBefore).contains {
            $0.concerns.map { life.isAna || $0.member == nil } == true
        }
        for place in life.verdictAt..<max(life.endedAt ?? world.log.count, life.verdictAt) {
            isUnbroken = isUnbroken && mayRead(at: place)
            if let concern = world.log[place].concerns {
                isConcerned = isConcerned || life.isAna || concern.member == nil
            }
            guard isUnbroken, world.log[place].hasMessage, place >= life.openedBefore,
                !life.seen.contains(place), place >= life.resyncedAt
            else { continue }
            // Whoever is cut knows that something may be missing, but not from before the change.
            #expect(isCut && isConcerned, "\(place) is missing; \(comment)")
        }
        #expect(!isCut || !isUnbroken, "cut without a reason; \(comment)")
    }
}
