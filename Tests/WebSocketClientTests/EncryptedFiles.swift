import Foundation
import Glibc

@testable import WebSocketClient

/// `openssl s_server` that answers each path with a file, which is a whole HTTP answer.
///
/// Its certificate is for `localhost` and 127.0.0.1; it listens on all of loopback.
final class EncryptedFiles {
    let port: UInt16
    let certificate: String
    private let folder: URL
    private let process = Process()

    init(_ files: [String: String]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        certificate = folder.appending(path: "cert.pem").path
        let key = folder.appending(path: "key.pem").path
        let making = Process()
        making.executableURL = URL(filePath: "/usr/bin/openssl")
        making.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ]
        making.standardError = FileHandle.nullDevice
        try making.run()
        making.waitUntilExit()
        port = LoopbackListener.deadPort()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "s_server", "-quiet", "-HTTP", "-accept", "0.0.0.0:\(port)", "-cert", certificate,
            "-key", key,
        ]
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        while (try? RawStream(host: "127.0.0.1", port: port, deadline: soon)) == nil {
            guard process.isRunning else { fatalError("openssl s_server did not start") }
        }
    }

    func stop() {
        // OpenSSL inherits a thread's blocked signals, so that SIGTERM would not reach it.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }
}
