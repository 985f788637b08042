import Foundation
import Glibc
import Testing
import Wire

@testable import WebSocketClient

/// Against `openssl s_server`, whose plaintext comes and goes through pipes.
@Suite(.timeLimit(.minutes(1))) struct TLSSessionTests {
    @Test("A certificate that nobody vouches for is refused")
    func unknownIssuer() throws {
        let gateway = try EncryptedListener()
        defer { gateway.stop() }
        let failure = #expect(throws: WebSocketFailure.self) {
            try WebSocketClient(url: "wss://localhost:\(gateway.port)", deadline: soon)
        }
        guard case .tls(.certificateRefused) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test("A certificate for another host is refused", arguments: ["127.0.0.2", "ip6-localhost"])
    func otherHost(host: String) throws {
        let gateway = try EncryptedListener()
        defer { gateway.stop() }
        var options = WebSocketOptions()
        options.trust = .file(path: gateway.certificate)
        let context = try TLSContext(trust: options.trust)
        let address = try WebSocketAddress("wss://\(host):\(gateway.port)")
        let loopback = try HostAddress.resolve(host: "127.0.0.1", port: gateway.port)[0]
        let link = try Link(to: loopback, address, options: options, context: context)
        var scratch = [UInt8](repeating: 0, count: 16_384)
        let failure = #expect(throws: WebSocketFailure.self) {
            while link.wait(deadline: soon) { try link.advance(&scratch) }
        }
        guard case .tls(.certificateRefused) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test("A file without certificates cannot be trusted")
    func trustUnreadable() throws {
        for path in ["/nonexistent", "/dev/null"] {
            var options = WebSocketOptions()
            options.trust = .file(path: path)
            #expect(throws: WebSocketFailure.tls(.trustUnreadable)) {
                try WebSocketClient(url: "wss://localhost:1", options: options, deadline: soon)
            }
        }
    }

    @Test("A gateway that does not speak TLS is told as that")
    func plain() throws {
        let listener = LoopbackListener { stream in
            stream.write(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
        }
        let failure = #expect(throws: WebSocketFailure.self) {
            try WebSocketClient(url: "wss://127.0.0.1:\(listener.port)", deadline: soon)
        }
        guard case .tls(.protocolBroken) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test(
        "Trusted by its file, by name or address, or by order, a gateway is spoken with",
        arguments: ["localhost", "127.0.0.1"],
        [true, false]
    )
    func trusted(host: String, isVerified: Bool) throws {
        let gateway = try EncryptedListener()
        defer { gateway.stop() }
        gateway.serveOnce(answering: 200_000)
        var options = WebSocketOptions()
        options.trust = isVerified ? .file(path: gateway.certificate) : .anybody
        let connection = try WebSocketClient(
            url: "wss://\(host):\(gateway.port)",
            options: options,
            deadline: soon
        )
        let expected = [UInt8](repeating: UInt8(ascii: "x"), count: 200_000)
        #expect(try connection.receive(deadline: soon) == .text(expected))
        try connection.sendText(expected)
        #expect(try connection.receive(deadline: soon) == .text(Array("got 200000".utf8)))
    }

    @Test(
        "A swarm refuses whom nobody vouches for, and reads what is encrypted",
        arguments: [false, true]
    )
    func swarm(isTrusted: Bool) throws {
        let gateway = try EncryptedListener()
        defer { gateway.stop() }
        gateway.serveOnce(answering: 200_000)
        let expected = [UInt8](repeating: UInt8(ascii: "x"), count: 200_000)
        let log = SwarmLog()
        let swarm = try ClientSwarm { connection, message, _, _ in
            log.byteCounts.append(message.count)
            if message.count == 200_000 { log.swarm?.sendText(expected, to: connection) }
        }
        log.swarm = swarm
        defer { log.swarm = nil }
        swarm.ended = { _, ending, _ in log.ending = ending }
        var options = WebSocketOptions()
        if isTrusted { options.trust = .file(path: gateway.certificate) }
        try swarm.begin(to: WebSocketAddress("wss://127.0.0.1:\(gateway.port)"), options: options)
        swarm.run(until: soon) { log.byteCounts.count < 2 && log.ending == nil }
        guard isTrusted else {
            guard case .tls(.certificateRefused) = log.ending?.failure else {
                Issue.record("\(String(describing: log.ending))")
                return
            }
            return
        }
        #expect(log.byteCounts == [200_000, 10] && log.ending == nil)
    }
}

/// What a swarm brought, and the way back to it.
private final class SwarmLog {
    var swarm: ClientSwarm?
    var byteCounts: [Int] = []
    var ending: ClientSwarm.Ending?
}

/// `openssl s_server` with a certificate of its own for `localhost` and 127.0.0.1.
private final class EncryptedListener {
    let port: UInt16
    let certificate: String
    private let folder: URL
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let files = try LoopbackCertificate(in: folder)
        certificate = files.certificate
        port = LoopbackListener.deadPort()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "s_server", "-quiet", "-naccept", "2", "-accept", "127.0.0.1:\(port)", "-cert",
            certificate, "-key", files.key,
        ]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        while (try? RawStream(host: "127.0.0.1", port: port, deadline: soon)) == nil {
            guard process.isRunning else { fatalError("openssl s_server did not start") }
        }
    }

    /// Accepts one WebSocket, sends a text of so many bytes, and says how many came back.
    func serveOnce(answering count: Int) {
        let input = self.input.fileHandleForWriting
        let output = self.output.fileHandleForReading
        Thread.detachNewThread {
            var arrived: [UInt8] = []
            func more() -> Bool {
                let data = output.availableData
                arrived += data
                return !data.isEmpty
            }
            while arrived.firstRange(of: [13, 10, 13, 10]) == nil { guard more() else { return } }
            let request = String(decoding: arrived, as: UTF8.self)
            guard let answer = ServedStream.acceptance(of: request) else { return }
            let text = [UInt8](repeating: UInt8(ascii: "x"), count: count)
            input.write(Data(answer + Frame(.text, payload: text).bytes))
            arrived = []
            // A masked text of this size has a head of 14 bytes.
            while arrived.count < count + 14 { guard more() else { return } }
            let said = Array("got \(arrived.count - 14)".utf8)
            input.write(Data(Frame(.text, payload: said).bytes))
        }
    }

    func stop() {
        // OpenSSL inherits a thread's blocked signals, so that SIGTERM would not reach it.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }
}
