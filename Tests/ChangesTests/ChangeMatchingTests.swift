import Testing
import Topics
import Wire

@testable import Changes

@Suite struct ChangeMatchingTests {
    private func binding(_ filter: String) -> String {
        #"{"event":"*","schema":"public","table":"todos","filter":"\#(filter)"}"#
    }

    private func row(_ id: Int) -> ChangedRow {
        Todos.change(.insert, new: #"{"id": \#(id), "title": "b", "tags": []}"#)
    }

    @Test("A thousand people under row security are a thousand questions, one for each person")
    func oneQuestionForEachCaller() throws {
        let register = Todos.register([Todos.table(isRowSecured: true)], [])
        for number in 0..<1_000 {
            // Two channels each, with conditions that the database decides.
            for channel in 0..<2 {
                let filter = binding("title=like.%\(channel)")
                let place = UInt64(number * 2 + channel)
                register.add(try Todos.member(place, filter, sub: "\(number)"))
            }
        }
        let matching = register.match((0..<5).map { row($0) }) { _, _ in ["id", "title", "tags"] }
        #expect(matching.questions.count == 1_000)
        #expect(matching.questions.allSatisfy { $0.rows == [0, 1, 2, 3, 4] })
        #expect(matching.questions.allSatisfy { $0.filters.count == 2 })
        #expect(matching.matchCount == 10_000)
    }

    @Test("Without row security one person of each role is asked about conditions, for all")
    func oneSpokesman() throws {
        let register = Todos.register([Todos.table()], [])
        for number in 0..<100 {
            let role = number % 2 == 0 ? "anon" : "authenticated"
            let filter = binding("title=like.%b")
            register.add(try Todos.member(UInt64(number), filter, role: role, sub: "\(number)"))
        }
        let matching = register.match([row(1)]) { _, _ in ["id", "title", "tags"] }
        #expect(matching.questions.count == 2)
        let answers = matching.questions.map { question in
            RowAnswer(isVisible: [false], holds: [[question.caller.role == "anon"]])
        }
        let channels = matching.deliveries(answers: answers) { _ in nil }.flatMap(\.channels)
        #expect(channels.count == 50)
        #expect(matching.withheldCount == 50)
    }

    @Test("No answer, or a short one, is no")
    func missingAnswers() throws {
        let register = Todos.register(
            [Todos.table(isRowSecured: true)],
            [try Todos.member(3, binding("title=like.%"))]
        )
        let yes = RowAnswer(isVisible: [true], holds: [[true]])
        for answers in [
            [], [RowAnswer(isVisible: [], holds: [[true]])],
            [RowAnswer(isVisible: [true], holds: [])], [RowAnswer(isVisible: [true], holds: [[]])],
            [RowAnswer(isVisible: [true], holds: [[false]])],
            [RowAnswer(isVisible: [false], holds: [[true]])], [yes],
        ] {
            let matching = register.match([row(1)]) { _, _ in ["id", "title", "tags"] }
            let isSent = !matching.deliveries(answers: answers) { _ in nil }.isEmpty
            #expect(isSent == (answers == [yes]))
        }
    }

    @Test("Everybody who gets the same shares one message")
    func encodedOnce() throws {
        let register = Todos.register([Todos.table()], [])
        for number in 0..<100 {
            register.add(
                try Todos.member(
                    UInt64(number),
                    binding("id=gt.0"),
                    sub: "\(number)",
                    loop: number % 2
                )
            )
        }
        let sent = Todos.deliveries(register, [row(1)])
        #expect(sent.map(\.loop) == [0, 1])
        #expect(sent.map(\.channels.count) == [50, 50])
        #expect(sent[0].message == sent[1].message)
    }
}
