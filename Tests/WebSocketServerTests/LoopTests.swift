import Glibc
import Testing
import WebSocketServer
import Wire

@Suite(.serialized) struct LoopTests {
    @Test("A port that is taken is a typed error", .timeLimit(.minutes(1)))
    func portTaken() throws {
        let loop = try RunningLoop()
        let again = RunningLoop.configuration {
            $0.listeners = [Listener(host: "127.0.0.1", port: loop.port)]
        }
        #expect(throws: LoopError.portTaken(host: "127.0.0.1", port: loop.port)) {
            _ = try RunningLoop(again)
        }
    }

    @Test("A host nobody knows and an address of another machine are typed errors")
    func badHosts() throws {
        #expect(throws: LoopError.unknownHost("no host")) {
            _ = try RunningLoop(
                RunningLoop.configuration { $0.listeners = [Listener(host: "no host", port: 0)] }
            )
        }
        let error = LoopError.cannotListen(host: "192.0.2.1", port: 0, errorNumber: EADDRNOTAVAIL)
        #expect(throws: error) {
            _ = try RunningLoop(
                RunningLoop.configuration { $0.listeners = [Listener(host: "192.0.2.1", port: 0)] }
            )
        }
    }

    @Test("Two loops share a port and both get connections", .timeLimit(.minutes(1)))
    func sharedPort() throws {
        let configuration = RunningLoop.configuration()
        let first = try RunningLoop(configuration)
        let second = try RunningLoop(configuration.sharing(ports: first.ports))
        #expect(second.ports == first.ports)
        let connections = try (0..<200).map { _ in try TestConnection.open(port: first.port) }
        for (number, connection) in connections.enumerated() {
            try connection.send(text: "\(number)")
            #expect(try connection.receiveText() == "\(number)")
        }
        #expect(first.opened.count + second.opened.count == 200)
        #expect(first.opened.count > 40)
        #expect(second.opened.count > 40)
        second.stop()
        for _ in 0..<20 { _ = try TestConnection.open(port: first.port) }
    }

    @Test(
        "A drain closes everybody with 1012, and the loop ends with the last",
        .timeLimit(.minutes(1))
    )
    func drain() throws {
        let loop = try RunningLoop()
        let connections = try (0..<20).map { _ in try TestConnection.open(port: loop.port) }
        try loop.wait { $0.opened.count == 20 }
        loop.perform { $0.drain(within: .seconds(30)) }
        #expect(throws: TestConnection.Failure.notConnected(ECONNREFUSED)) {
            _ = try TestConnection(port: loop.port)
        }
        for connection in connections {
            let frame = try connection.receiveFrame()
            #expect(frame.closeCode == 1012)
            try connection.sendFrame(8, frame.payload)
            #expect(try connection.isEnded())
        }
        loop.join()
        #expect(loop.ends == [ConnectionEnd](repeating: .closed(.serviceRestart), count: 20))
    }

    @Test("A drain nobody answers ends in time", .timeLimit(.minutes(1)))
    func drainUnanswered() throws {
        let loop = try RunningLoop(RunningLoop.configuration { $0.closeTimeout = .seconds(30) })
        let connections = try (0..<3).map { _ in try TestConnection.open(port: loop.port) }
        try loop.wait { $0.opened.count == 3 }
        loop.perform { $0.drain(code: .goingAway, reason: "bye", within: .milliseconds(200)) }
        loop.join()
        for connection in connections {
            #expect(try connection.receiveFrame().closeCode == 1001)
            #expect(try connection.isEnded())
        }
        #expect(loop.ends.count == 3)
    }

    @Test("A drain of an empty loop ends it at once", .timeLimit(.minutes(1)))
    func drainEmpty() throws {
        let loop = try RunningLoop()
        loop.perform { $0.drain(within: .seconds(600)) }
        loop.join()
    }

    @Test("Stopping cuts what is open and tells the delegate", .timeLimit(.minutes(1)))
    func stop() throws {
        let loop = try RunningLoop()
        let open = try TestConnection.open(port: loop.port)
        let half = try TestConnection(port: loop.port)
        try half.write("GET / HTT")
        try loop.wait { $0.counters.linkCount == 2 && $0.opened.count == 1 }
        loop.stop()
        #expect(try open.isEnded())
        #expect(try half.isEnded())
        #expect(loop.ends == [.stopped])
        loop.shared.wakerBox.wake()
    }

    @Test(
        "No listener but the administrative one is left when accepting stops",
        .timeLimit(.minutes(1))
    )
    func stopAccepting() throws {
        let loop = try RunningLoop(
            RunningLoop.configuration {
                $0.listeners.append(Listener(host: "127.0.0.1", port: 0, isAdministrative: true))
            }
        )
        let open = try TestConnection.open(port: loop.port)
        loop.perform { $0.stopAccepting() }
        #expect(throws: TestConnection.Failure.notConnected(ECONNREFUSED)) {
            _ = try TestConnection(port: loop.port)
        }
        let administrative = try TestConnection(port: loop.ports[1])
        try administrative.write("GET /health HTTP/1.1\r\n\r\n")
        #expect(try administrative.readResponse().body == "hello\n")
        try open.send(text: "go on")
        #expect(try open.receiveText() == "go on")
    }

    @Test("The delegate is ticked while nothing happens", .timeLimit(.minutes(1)))
    func ticks() throws {
        let loop = try RunningLoop()
        try loop.wait { $0.tickCount >= 3 }
    }

    @Test("A loop that never runs gives its port back")
    func neverRun() throws {
        let configuration = RunningLoop.configuration()
        var ports: [Int] = []
        do {
            let shared = ProbeDelegate.Shared(echoes: false) { _ in .accept(true) }
            ports = try RunningLoop.prepare(configuration, shared).ports
        }
        let again = RunningLoop.configuration {
            $0.listeners = [Listener(host: "127.0.0.1", port: ports[0])]
        }
        _ = try RunningLoop(again)
    }
}
