import Testing
import Topics

@testable import Outbox

@Suite struct WindowConcernsTests {
    private func concern(
        _ topic: String,
        member: String = "",
        effect: String = ""
    ) throws -> MembershipConcern {
        try #require(MembershipConcern(topic: topic, member: member, effect: effect))
    }

    @Test("What is no list of triples may concern anybody, what is no topic concerns nobody")
    func malformed() throws {
        for array in ["", "{}", "{a,b}", "{a,b,NULL}", "{{a,b,c}}", "[0:2]={a,b,c}"] {
            var concerns = WindowConcerns()
            concerns.add(array, of: 1)
            #expect(concerns.transactions.flatMap(\.concerns) == [MembershipConcern(.every)])
        }
        var concerns = WindowConcerns()
        concerns.add(#"{"",a,""}"#, of: 1)
        #expect(concerns.transactions.isEmpty)
    }

    @Test("Each transaction has its own places and concerns, in order, each once")
    func transactions() throws {
        var concerns = WindowConcerns()
        concerns.add(#"{trip:2,"a \"b\" \\",""}"#, of: 7)
        concerns.add(#"{trip:1,"",end,*:5,"",""}"#, of: 6)
        concerns.add(#"{trip:1,"",end}"#, of: 6)
        for (seq, transaction) in [(9, 7), (4, 6), (2, 5), (3, 6), (8, 6), (1, 5)] {
            concerns.place(Int64(seq), of: Int64(transaction))
        }
        let (first, second) = (concerns.transactions[0], concerns.transactions[1])
        #expect(concerns.transactions.count == 2)
        #expect((first.firstSeq, first.lastSeq) == (3, 8))
        #expect((second.firstSeq, second.lastSeq) == (9, 9))
        let ended = try concern("trip:1", effect: "end")
        #expect(first.concerns.count == 2)
        let part = try concern("*:5")
        #expect(Set(first.concerns) == [ended, part])
        let member = try concern("trip:2", member: #"a "b" \"#)
        #expect(second.concerns == [member])
    }

    @Test("Too many become their families without an end, and too many families everybody")
    func limit() throws {
        func gathered(_ count: Int, topic: (Int) -> String) -> WindowConcerns {
            var concerns = WindowConcerns()
            for number in 0..<count {
                concerns.add(#"{\#(topic(number)),"",end}"#, of: Int64(number % 2))
                concerns.place(Int64(number), of: Int64(number % 2))
            }
            return concerns
        }
        let most = gathered(WindowConcerns.countMax) { "trip:\($0)" }.transactions
        #expect(most.map(\.concerns.count) == [2_048, 2_048])
        let more = gathered(WindowConcerns.countMax + 1) { "trip:\($0)" }.transactions
        let family = [try concern("trip:*")]
        #expect(more.map(\.concerns) == [family, family])
        #expect(more.map(\.firstSeq) == [0, 1] && more.map(\.lastSeq) == [4_096, 4_095])
        let parts = gathered(WindowConcerns.countMax + 1) { "*:\($0)" }.transactions
        let every = [try concern("*")]
        #expect(parts.map(\.concerns) == [every, every])
        let families = gathered(WindowConcerns.countMax + 1) { "f\($0):*" }.transactions
        #expect(families.map(\.concerns) == [every])
        #expect(families[0].firstSeq == 0 && families[0].lastSeq == 4_096)
    }
}
