import Testing
import Wire

@testable import Hub

@Suite struct ConnectionRatesTests {
    private let slow: (inout HubLimits) -> Void = {
        $0.messagesPerSecondMax = 1
        $0.rateWindow = .seconds(8)
    }

    private func isKept(_ bench: Bench, _ connection: ConnectionNumber) -> Bool {
        bench.hub.connections[connection]?.keptRates != nil
    }

    private func cursor(_ bench: Bench, on connection: ConnectionNumber) {
        bench.say(#"["1","2","realtime:trip:1","cursor",{}]"#, on: connection)
    }

    @Test("What a connection has sent is kept while it counts, whoever looks meanwhile")
    func kept() {
        let bench = Bench(limits: slow)
        let member = bench.member(of: "trip:1")
        // The join is the first message of the eight.
        for _ in 0..<7 { cursor(bench, on: member) }
        bench.pass(seconds: 7)
        bench.hub.tick(time: bench.time)
        #expect(isKept(bench, member))
        #expect(bench.port.take(member).isEmpty)
        cursor(bench, on: member)
        #expect(bench.port.take(member).last?.contains("phx_close") == true)
    }

    @Test("Once nothing counts, nothing is kept, and the next message finds all its room")
    func forgotten() {
        let bench = Bench(limits: slow)
        let member = bench.member(of: "trip:1")
        for _ in 0..<7 { cursor(bench, on: member) }
        bench.pass(seconds: 8)
        bench.hub.tick(time: bench.time)
        #expect(isKept(bench, member), "a call counts for up to an eighth longer than its window")
        bench.pass(seconds: 1)
        bench.hub.tick(time: bench.time)
        #expect(!isKept(bench, member))
        for _ in 0..<8 { cursor(bench, on: member) }
        #expect(bench.port.take(member).isEmpty)
    }

    @Test("Calls to track keep their longer window, and silence before the first tick is no harm")
    func presence() {
        let bench = Bench()
        let member = bench.member(of: "trip:1")
        bench.say(
            #"["1","2","realtime:trip:1","presence",{"type":"presence","event":"track","payload":{}}]"#,
            on: member
        )
        bench.pass(seconds: 30)
        bench.hub.tick(time: bench.time)
        #expect(isKept(bench, member))
        bench.pass(seconds: 4)
        bench.hub.tick(time: bench.time)
        #expect(!isKept(bench, member))
        #expect(!isKept(bench, bench.connect()), "who has only connected has sent nothing")
    }
}
