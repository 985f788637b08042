import Glibc
import Testing
import WebSocketServer
import Wire

@Suite(.serialized) struct LoopAcceptingTests {
    @Test("At the limit nothing is accepted until a connection ends", .timeLimit(.minutes(1)))
    func limit() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration {
                $0.connectionCountMax = 3
                $0.listeners.append(
                    Listener(host: "127.0.0.1", port: 0, isAdministrative: true)
                )
            }
        )
        var connections = try (0..<3).map { _ in try TestConnection.open(port: loop.port) }
        let waiting = try TestConnection(port: loop.port)
        try waiting.write(TestConnection.handshake())
        try loop.wait { $0.counters.acceptPauseCount == 1 }

        let administrative = try TestConnection(port: loop.ports[1])
        try administrative.write("GET /health HTTP/1.1\r\nConnection: close\r\n\r\n")
        #expect(try administrative.readResponse().body == "hello\n")
        #expect(loop.requests.last?.listener == 1)
        #expect(try administrative.isEnded())

        #expect(loop.counters.acceptedCount == 4)
        #expect(loop.counters.acceptPauseCount == 1)
        connections.removeLast()
        #expect(try waiting.readHead().hasPrefix("HTTP/1.1 101 "))
        for connection in connections {
            try connection.send(text: "still here")
            #expect(try connection.receiveText() == "still here")
        }
    }

    @Test("One address has a limit of half-open connections", .timeLimit(.minutes(1)))
    func halfOpenLimit() throws {
        let loop = try RunningLoop(RunningLoop.configuration { $0.halfOpenCountMaxPerAddress = 2 })
        let open = try TestConnection.open(port: loop.port)
        var half = try (0..<2).map { _ in try TestConnection(port: loop.port) }
        try loop.wait { $0.counters.halfOpenCount == 2 }
        let refused = try TestConnection(port: loop.port)
        #expect(try refused.isEnded())
        #expect(loop.counters.refusedByAddressCount == 1)
        half.removeLast()
        try loop.wait { $0.counters.halfOpenCount == 1 }
        let next = try TestConnection.open(port: loop.port)
        for connection in [open, next] {
            try connection.send(text: "hi")
            #expect(try connection.receiveText() == "hi")
        }
    }

    @Test("A trusted address has no limit of half-open connections", .timeLimit(.minutes(1)))
    func trusted() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration {
                $0.halfOpenCountMaxPerAddress = 2
                $0.trustedAddresses = ["127.0.0.1"]
            }
        )
        let half = try (0..<10).map { _ in try TestConnection(port: loop.port) }
        try loop.wait { $0.counters.halfOpenCount == half.count }
    }

    @Test("IPv6 is accepted and told as such", .timeLimit(.minutes(1)))
    func ipv6() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration { $0.listeners = [Listener(host: "::1", port: 0)] }
        )
        let connection = try TestConnection(port: loop.port, isIPv6: true)
        try connection.upgrade()
        try connection.send(text: "hi")
        #expect(try connection.receiveText() == "hi")
        #expect(loop.requests.first?.address == "::1")
    }

    @Test("Every interface of both families is served by ::", .timeLimit(.minutes(1)))
    func bothFamilies() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration { $0.listeners = [Listener(host: "::", port: 0)] }
        )
        _ = try TestConnection.open(port: loop.port)
        try TestConnection(port: loop.port, isIPv6: true).upgrade()
        #expect(loop.requests.map(\.address) == ["127.0.0.1", "::1"])
    }

    @Test(
        "Without descriptors the loop waits, does not spin, and accepts again",
        .timeLimit(.minutes(1))
    )
    func descriptors() async {
        await #expect(processExitsWith: .success) {
            let loop = try RunningLoop()
            var fillers: [Int32] = []
            while true {
                let filler = unsafe Glibc.open("/dev/null", O_RDONLY)
                guard filler >= 0 else { break }
                fillers.append(filler)
            }
            // One descriptor for this side of the connection and none for the loop's.
            close(fillers.removeLast())
            let connection = try TestConnection(port: loop.port)
            try connection.write(TestConnection.handshake())
            try loop.wait { $0.counters.acceptPauseCount > 0 }
            let before = cpuSeconds()
            usleep(500_000)
            precondition(cpuSeconds() - before < 0.2, "the loop spins")
            close(fillers.removeLast())
            let head = try connection.readHead()
            precondition(head.hasPrefix("HTTP/1.1 101 "), head)
            loop.stop()
        }
    }
}

private func cpuSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
