import Glibc
import Testing
import WebSocketServer
import Wire

@Suite(.serialized) struct EngineTests {
    private func configuration(_ files: Listener.TLSFiles) -> LoopConfiguration {
        RunningLoop.configuration {
            $0.listeners = [
                Listener(host: "127.0.0.1", port: 0, tls: files),
                Listener(host: "127.0.0.1", port: 0),
            ]
        }
    }

    private static func reload(_ loop: Loop) -> LoopError? {
        do throws(LoopError) { try loop.reloadCertificates() } catch { return error }
        return nil
    }

    @Test("WebSocket over TLS works, large messages too", .timeLimit(.minutes(1)))
    func endToEnd() throws {
        let folder = try CertificateFolder()
        let loop = try RunningLoop(configuration(try folder.make("one")))
        let connection = try folder.connect(port: loop.port, trusting: "one")
        try connection.upgrade()
        for count in [1, 5_000, 300_000] {
            let payload = (0..<count).map { UInt8(0x20 + $0 % 90) }
            try connection.sendFrame(1, payload)
            #expect(try connection.receiveMessage().payload == payload)
        }
        #expect(loop.requests.first?.isTLS == true)
        let id = loop.opened[0]
        let messages = (0..<16).map { EncodedMessage(.text, payload: Array("message \($0)".utf8)) }
        let before = loop.counters.writeCount
        loop.perform { loop in for message in messages { loop.send(message, to: id) } }
        for number in 0..<16 { #expect(try connection.receiveText() == "message \(number)") }
        #expect(loop.counters.writeCount == before + 1)
        try connection.sendFrame(8, [0x03, 0xE8])
        #expect(try connection.receiveFrame().closeCode == 1000)
        try loop.wait { $0.ends.count == 1 }
    }

    @Test("One loop serves TLS and plain TCP side by side", .timeLimit(.minutes(1)))
    func sideBySide() throws {
        let folder = try CertificateFolder()
        let loop = try RunningLoop(configuration(try folder.make("one")))
        let plain = try TestConnection.open(port: loop.ports[1])
        try plain.send(text: "plain")
        #expect(try plain.receiveText() == "plain")
        let confused = try TestConnection(port: loop.ports[0])
        try confused.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(!String(decoding: try confused.readToEnd(), as: UTF8.self).contains("200"))
        let secret = try folder.connect(port: loop.ports[0], trusting: "one")
        try secret.write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try secret.readResponse().body == "hello\n")
        #expect(loop.requests.map(\.listener) == [1, 0])
    }

    @Test("Bodies over TLS are read whole, one after the other; pipelined ones are not")
    func bodies() throws {
        let folder = try CertificateFolder()
        let loop = try RunningLoop(configuration(try folder.make("one")))
        let connection = try folder.connect(port: loop.port, trusting: "one")
        func post(_ body: String) -> String {
            "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
        }
        for count in [10_000, 0, 1, 1_024, 5_000] {
            let body = String(repeating: "x", count: count)
            try connection.write(post(body))
            let answer = try connection.readResponse()
            #expect(answer.head.contains("connection: keep-alive\r\n"), "\(count)")
            #expect(answer.body == body)
        }
        try connection.write(post("first") + post("second"))
        let answer = String(decoding: try connection.readToEnd(), as: UTF8.self)
        #expect(answer.contains("connection: close\r\n") && answer.hasSuffix("first"))
        #expect(loop.bodies.last == "first")
        let refused = try folder.connect(port: loop.port, trusting: "one")
        try refused.write(post(String(repeating: "x", count: 200_000)))
        #expect(try refused.readResponse().head.hasPrefix("HTTP/1.1 413 "))
    }

    @Test("A TLS handshake that stops halfway is cut at the deadline", .timeLimit(.minutes(1)))
    func halfHandshake() throws {
        let folder = try CertificateFolder()
        var configuration = configuration(try folder.make("one"))
        configuration.handshakeTimeout = .milliseconds(200)
        let loop = try RunningLoop(configuration)
        let connection = try TestConnection(port: loop.port)
        try connection.write([0x16, 3, 1, 2, 0, 1, 0, 1])
        _ = try connection.readToEnd()
        #expect(loop.counters.linkCount == 0)
        #expect(loop.counters.handshakeTimeoutCount == 1)
    }

    @Test("New certificates are used for new connections only", .timeLimit(.minutes(1)))
    func reload() throws {
        let folder = try CertificateFolder()
        let files = try folder.make("one")
        let loop = try RunningLoop(configuration(files))
        let old = try folder.connect(port: loop.port, trusting: "one")
        try old.upgrade()
        let oldCopy = try folder.copy("one", to: "old")
        _ = try folder.make("one")
        let error = loop.perform { Self.reload($0) }
        #expect(error == nil)
        let new = try folder.connect(port: loop.port, trusting: "one")
        try new.upgrade()
        for connection in [old, new] {
            try connection.send(text: "hi")
            #expect(try connection.receiveText() == "hi")
        }
        let stale = try folder.connect(port: loop.port, trusting: oldCopy)
        #expect(throws: TestConnection.Failure.self) { try stale.upgrade() }

        try folder.write("nonsense", to: files.certificatePath)
        let refusal = loop.perform { Self.reload($0) }
        #expect(refusal == .certificateInvalid(path: files.certificatePath))
        try new.send(text: "still")
        #expect(try new.receiveText() == "still")
    }

    @Test("ALPN offers http/1.1 and never h2", .timeLimit(.minutes(1)))
    func alpn() throws {
        let folder = try CertificateFolder()
        let loop = try RunningLoop(configuration(try folder.make("one")))
        let text = try folder.run(
            "echo | openssl s_client -connect 127.0.0.1:\(loop.port) -alpn h2,http/1.1 2>&1"
        )
        #expect(text.contains("ALPN protocol: http/1.1"))
        let old = try folder.run(
            "echo | openssl s_client -connect 127.0.0.1:\(loop.port) -tls1_1 "
                + "-cipher ALL:@SECLEVEL=0 2>&1"
        )
        #expect(old.contains("Cipher is (NONE)"))
    }

    @Test("Unusable files are typed errors that name the file")
    func badFiles() throws {
        let folder = try CertificateFolder()
        let one = try folder.make("one")
        let two = try folder.make("two")
        let nonsense = folder.path + "/nonsense.pem"
        try folder.write("nonsense", to: nonsense)
        func error(_ certificate: String, _ key: String) -> LoopError? {
            let files = Listener.TLSFiles(certificatePath: certificate, keyPath: key)
            do { _ = try RunningLoop(configuration(files)) } catch { return error as? LoopError }
            return nil
        }
        #expect(error("/absent.pem", one.keyPath) == .fileUnreadable(path: "/absent.pem"))
        #expect(error(one.certificatePath, "/absent.pem") == .fileUnreadable(path: "/absent.pem"))
        #expect(error(nonsense, one.keyPath) == .certificateInvalid(path: nonsense))
        #expect(error(one.certificatePath, nonsense) == .keyInvalid(path: nonsense))
        #expect(
            error(one.certificatePath, two.keyPath)
                == .keyMismatch(certificatePath: one.certificatePath, keyPath: two.keyPath)
        )
        let locked = folder.path + "/locked.pem"
        _ = try folder.run(
            "openssl ec -in \(one.keyPath) -aes128 -passout pass:x -out \(locked) 2>&1"
        )
        #expect(error(one.certificatePath, locked) == .keyInvalid(path: locked))
    }
}
