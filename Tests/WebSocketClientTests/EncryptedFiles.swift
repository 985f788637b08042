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

    init(_ answers: [String: String]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in answers {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        let files = try LoopbackCertificate(in: folder)
        certificate = files.certificate
        port = LoopbackListener.deadPort()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "s_server", "-quiet", "-HTTP", "-accept", "0.0.0.0:\(port)", "-cert", certificate,
            "-key", files.key,
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
