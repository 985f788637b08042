import Testing
import Topics

@Suite struct VerdictTests {
    @Test("Nobody joins who may not read", arguments: [false, true], [false, true])
    func writersAlone(broadcastWrite: Bool, presenceWrite: Bool) {
        let verdict = Verdict(
            broadcastRead: false,
            presenceRead: false,
            broadcastWrite: broadcastWrite,
            presenceWrite: presenceWrite
        )
        #expect(!verdict.mayJoin)
    }

    @Test(
        "Either kind of reading lets in",
        arguments: [(true, false), (false, true), (true, true)]
    )
    func readers(broadcastRead: Bool, presenceRead: Bool) {
        var verdict = Verdict.denied
        verdict.broadcastRead = broadcastRead
        verdict.presenceRead = presenceRead
        #expect(verdict.mayJoin)
    }

    @Test("All is every yes, denied is every no")
    func constants() {
        #expect(Verdict.all.mayJoin && Verdict.all.broadcastWrite && Verdict.all.presenceWrite)
        #expect(Verdict.all.broadcastRead && Verdict.all.presenceRead)
        #expect(!Verdict.denied.mayJoin)
        #expect(!Verdict.denied.broadcastWrite && !Verdict.denied.presenceWrite)
    }
}
