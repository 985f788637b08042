import Foundation
import TestSupport
import Testing
import WebSocketClient
import Wire

@testable import Gateway

/// TLS end to end, with a certificate made on the spot.
@Suite(.fewAtOnce, .timeLimit(.minutes(2))) struct RunningNodeTLSTests {
    /// Makes a self-signed certificate for 127.0.0.1 and its key, as PEM files.
    private func makeCertificate(in folder: URL, name: String) throws -> (String, String) {
        let certificate = folder.appending(path: "\(name).pem").path
        let key = folder.appending(path: "\(name).key").path
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out",
            certificate,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        try #require(openssl.terminationStatus == 0)
        return (certificate, key)
    }

    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "waypost-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    @Test("A change arrives over TLS, for those who trust the certificate")
    func change() async throws {
        try await withFolder { folder in
            let (certificate, key) = try makeCertificate(in: folder, name: "own")
            let (foreign, _) = try makeCertificate(in: folder, name: "foreign")
            let settings: [ConfigurationKey: String] = [
                .listenTLSCertificate: certificate, .listenTLSKey: key,
            ]
            try await TestNode.with(settings) { node in
                #expect(node.url.hasPrefix("https://"))
                var options = WebSocketOptions()
                options.trust = .file(path: certificate)
                let members = [
                    try Member(url: node.url, token: Person.ana.token, .v1, options),
                    try Member(url: node.url, token: Person.ben.token, .v2, options),
                ]
                for member in members { try member.joined("trip:1") }
                try node.sql("UPDATE trips SET name = 'Sintra' WHERE id = 1")
                let large = "repeat('x', 3000000)"
                try node.sql(
                    "SELECT realtime.send(jsonb_build_object('x', \(large)), 'big', 'trip:1', true)"
                )
                for member in members {
                    let update = try member.broadcast(named: "UPDATE")
                    #expect(update.payload["record"]?["name"] == .string("Sintra"))
                    let big = try member.broadcast(named: "big")
                    #expect(big.payload["x"]?.stringValue?.utf8.count == 3_000_000)
                }
                for trust in [TLSTrust.system, .file(path: foreign)] {
                    options.trust = trust
                    #expect(throws: WebSocketFailure.self) {
                        try Member(url: node.url, token: Person.ana.token, .v2, options)
                    }
                }
                let plain = try RawStream(host: "127.0.0.1", port: node.port, deadline: Member.soon)
                try plain.send(Array("GET /healthz HTTP/1.1\r\n\r\n".utf8), deadline: Member.soon)
                #expect(await plain.endsPatiently())
                #expect(try members[0].isAlive())
            }
        }
    }

    @Test("A file that is missing, empty, or not the other's is named")
    func wrongFiles() async throws {
        try await withFolder { folder in
            let (certificate, key) = try makeCertificate(in: folder, name: "own")
            let (_, foreign) = try makeCertificate(in: folder, name: "foreign")
            let missing = folder.appending(path: "missing.pem").path
            let empty = folder.appending(path: "empty.pem").path
            try Data().write(to: URL(filePath: empty))
            let cases = [
                (missing, key, missing), (certificate, missing, missing), (empty, key, empty),
                (certificate, empty, empty), (certificate, foreign, foreign),
            ]
            for (certificate, key, named) in cases {
                let configuration = try await TestNode.configuration(
                    "host=/nowhere",
                    [.listenTLSCertificate: certificate, .listenTLSKey: key]
                )
                let failure = #expect(throws: NodeFailure.self) { try RunningNode(configuration) }
                #expect(
                    failure?.description.contains(named) == true,
                    "\(failure?.description ?? "")"
                )
            }
        }
    }
}
