import Hub
import Testing
import Topics
import Wire

@Suite struct HubTokensTests {
    private func renew(_ token: String, on connection: ConnectionNumber, _ bench: Bench) {
        bench.say(
            #"["1","8","realtime:trip:1","access_token",{"access_token":"\#(token)"}]"#,
            on: connection
        )
    }

    @Test("A bad new token ends the channel with its reason, and is never answered")
    func badToken() {
        let bench = Bench()
        let connection = bench.member(of: "trip:1")
        renew("nonsense", on: connection, bench)
        let sent = bench.port.take(connection)
        #expect(sent.count == 2)
        #expect(sent.first?.contains("The token provided is not a valid JWT") == true)
        #expect(sent.last == #"["1","1","realtime:trip:1","phx_close",{}]"#)
    }

    @Test("A new token asks the rules again and keeps, or cuts")
    func newToken() {
        let bench = Bench()
        let connection = bench.member(of: "trip:1")
        renew("ana", on: connection, bench)
        #expect(bench.port.questions.first?.caller.claims == #"{"sub":"ana"}"#)
        bench.answer(.verdict(.all))
        #expect(bench.port.take(connection).isEmpty)
        renew("ben", on: connection, bench)
        bench.answer(.verdict(.denied))
        let sent = bench.port.take(connection)
        #expect(
            sent.first?.contains(
                "You do not have permissions to read from this Channel topic: trip:1"
            ) == true
        )
        #expect(sent.last?.contains("phx_close") == true)
    }

    @Test("A right to read that is lost ends the channel; a right to write that is lost does not")
    func narrowed() {
        let bench = Bench()
        let connection = bench.member(of: "trip:1")
        var narrower = Verdict.all
        narrower.broadcastWrite = false
        renew("ana", on: connection, bench)
        bench.answer(.verdict(narrower))
        #expect(bench.port.take(connection).isEmpty)
        narrower.presenceRead = false
        renew("ben", on: connection, bench)
        bench.answer(.verdict(narrower))
        #expect(
            bench.port.take(connection).first?.contains(
                "You no longer have permission to read from this Channel topic: trip:1"
            ) == true
        )
    }

    @Test("The same token, an opaque key and no token at all change nothing")
    func ignored() {
        let bench = Bench()
        let connection = bench.member(of: "trip:1")
        renew("anon", on: connection, bench)
        renew("sb_publishable_x", on: connection, bench)
        bench.say(
            #"["1","8","realtime:trip:1","access_token",{"access_token":null}]"#,
            on: connection
        )
        #expect(bench.port.take(connection).isEmpty)
        #expect(bench.port.questions.isEmpty)
    }

    @Test(
        "When the rules cannot be asked about a new token, the channel ends, and is told why",
        arguments: [
            (.queryCanceled, "Query was cancelled, please try again"),
            (.unableToConnectToProject, "Realtime was unable to connect to the project database"),
            (.increaseConnectionPool, "Realtime was unable to connect to the project database"),
        ] as [(JoinRefusal, String)]
    )
    func unavailable(refusal: JoinRefusal, message: String) {
        let bench = Bench()
        let connection = bench.member(of: "trip:1")
        renew("ana", on: connection, bench)
        bench.answer(.unavailable(refusal))
        let told = bench.port.take(connection)
        #expect(told.count == 2)
        #expect(told.first?.contains(#""message":"\#(message)""#) == true)
        #expect(told.last?.contains("phx_close") == true)
    }

    @Test("Changing the token too often ends the channel")
    func renewalRate() {
        let bench = Bench { $0.joinsPerSecondMax = 3 }
        let connection = bench.member(of: "trip:1")
        for name in ["ana", "ben", "ana"] { renew(name, on: connection, bench) }
        #expect(bench.port.questions.count == 2)
        #expect(bench.port.take(connection).last?.contains("phx_close") == true)
    }

    @Test("A join with an expired token is refused, whether it is its own or the handshake's")
    func expiredAtJoin() {
        let bench = Bench()
        let connection = bench.connect()
        bench.pass(seconds: 4_500)
        bench.join("trip:1", token: "ana", on: connection)
        #expect(
            bench.port.take(connection).first?.contains(
                "InvalidJWTToken: Token has expired 500 seconds ago"
            ) == true
        )
        bench.pass(seconds: 4_500)
        bench.join("trip:1", on: connection)
        #expect(bench.port.take(connection).first?.contains("1000 seconds ago") == true)
    }
}
