import Testing
import Topics

@Suite struct CallerTests {
    @Test("Callers differ by role, by claims, by headers, and by bytes")
    func difference() {
        let caller = Caller(role: "authenticated", claims: #"{"sub":"caf\#u{e9}"}"#)
        #expect(caller == Caller(role: "authenticated", claims: caller.claims, headers: "{}"))
        #expect(caller != Caller(role: "anon", claims: caller.claims))
        #expect(caller != Caller(role: "authenticated", claims: "{}"))
        #expect(caller != Caller(role: "authenticated", claims: caller.claims, headers: "{ }"))
        #expect(caller != Caller(role: "authenticated", claims: #"{"sub":"cafe\#u{301}"}"#))
    }

    @Test("A caller's description tells no claims and no headers")
    func description() {
        let caller = Caller(role: "anon", claims: #"{"sub":"a1"}"#, headers: #"{"x-a":"b2"}"#)
        #expect("\(caller)" == "Caller(role: anon)")
    }
}
