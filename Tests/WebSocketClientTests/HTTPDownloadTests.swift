import Synchronization
import Testing

@testable import WebSocketClient

@Suite(.timeLimit(.minutes(1))) struct HTTPDownloadTests {
    /// Downloads from a listener that sends a text as its answer, after the request.
    private func download(
        answering text: String,
        path: String = "/keys?x=1",
        byteCountMax: Int = 1_000
    ) throws(DownloadFailure) -> [UInt8] {
        let listener = LoopbackListener { stream in
            guard let request = stream.readRequest(),
                request.hasPrefix("GET /keys?x=1 HTTP/1.1\r\nHost: 127.0.0.1:")
            else { return }
            stream.write(Array(text.utf8))
        }
        var download = HTTPDownload()
        download.bodyByteCountMax = byteCountMax
        return try download.get("http://127.0.0.1:\(listener.port)\(path)", deadline: soon)
    }

    @Test(
        "What is no URL of HTTP is not even tried",
        arguments: ["", "keys.json", "file:///etc/passwd", "ws://127.0.0.1/", "http://u:p@host/"]
    )
    func addresses(url: String) {
        #expect(throws: DownloadFailure.addressMalformed) {
            try HTTPDownload().get(url, deadline: soon)
        }
    }

    @Test("Nobody there, and no such host, is unreachable")
    func unreachable() {
        for host in ["127.0.0.1:\(LoopbackListener.deadPort())", "no-such-host.invalid"] {
            #expect(throws: DownloadFailure.unreachable) {
                try HTTPDownload().get("http://\(host)/", deadline: soon)
            }
        }
    }

    @Test("Another status than 200 is a failure, and a redirection is not followed")
    func statuses() {
        for status in [204, 301, 302, 404, 500] {
            #expect(throws: DownloadFailure.status(status)) {
                try download(
                    answering: "HTTP/1.1 \(status) X\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"
                )
            }
        }
    }

    @Test("An answer that is too long, broken or cut short is a failure")
    func broken() {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
        #expect(throws: DownloadFailure.tooLong) {
            try download(answering: head, byteCountMax: 2)
        }
        #expect(throws: DownloadFailure.endedEarly) { try download(answering: head + "ab") }
        #expect(throws: DownloadFailure.answerMalformed) { try download(answering: "\r\n\r\n") }
        #expect(throws: DownloadFailure.endedEarly) { try download(answering: "") }
    }

    @Test("A silent host is left at the deadline, or as soon as nobody waits any more")
    func silence() {
        let listener = LoopbackListener { stream in _ = stream.read(1_000_000) }
        let url = "http://127.0.0.1:\(listener.port)/"
        #expect(throws: DownloadFailure.timedOut) {
            try HTTPDownload().get(url, deadline: .now + .milliseconds(150))
        }
        let counted = Counted()
        var download = HTTPDownload()
        download.isStopped = { counted.next() > 3 }
        #expect(throws: DownloadFailure.stopped) { try download.get(url, deadline: soon) }
    }

    @Test("A document comes in every form of body")
    func documents() throws {
        let bodies = [
            "Content-Length: 3\r\n\r\nabc",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "\r\nabc",
        ]
        for body in bodies {
            #expect(try download(answering: "HTTP/1.1 200 OK\r\n\(body)") == Array("abc".utf8))
        }
        let long = String(repeating: "x", count: 200_000)
        let answer = "HTTP/1.1 200 OK\r\n\r\n" + long
        #expect(try download(answering: answer, byteCountMax: 200_000).count == 200_000)
    }

    @Test("Over TLS a document comes from whom is trusted, and from nobody else")
    func encrypted() throws {
        let listener = try EncryptedFiles(["keys": "HTTP/1.1 200 OK\r\n\r\nabc"])
        defer { listener.stop() }
        let url = "https://localhost:\(listener.port)/keys"
        var download = HTTPDownload()
        download.trust = .file(path: listener.certificate)
        #expect(try download.get(url, deadline: soon) == Array("abc".utf8))
        let other = "https://127.0.0.2:\(listener.port)/keys"
        for (trust, url) in [(TLSTrust.system, url), (download.trust, other)] {
            download.trust = trust
            do throws(DownloadFailure) {
                _ = try download.get(url, deadline: soon)
                Issue.record("\(url) was trusted")
            } catch {
                guard case .tls(.certificateRefused) = error else {
                    Issue.record("\(error)")
                    continue
                }
            }
        }
        download.trust = .file(path: "/nowhere")
        #expect(throws: DownloadFailure.tls(.trustUnreadable)) {
            try download.get(url, deadline: soon)
        }
    }

    @Test("No descriptor stays open")
    func descriptors() throws {
        let before = try descriptorCount()
        for _ in 0..<20 {
            #expect(throws: DownloadFailure.unreachable) {
                try HTTPDownload().get(
                    "http://127.0.0.1:\(LoopbackListener.deadPort())/",
                    deadline: soon
                )
            }
        }
        #expect(try descriptorCount() < before + 15)
    }
}

/// Counts how often it is asked.
private final class Counted: Sendable {
    private let count = Atomic(0)

    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
