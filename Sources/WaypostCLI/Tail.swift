import ArgumentParser
import Foundation
import WebSocketClient
import Wire

/// `waypost tail`.
struct Tail: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Join a topic over a real WebSocket and print what arrives.",
        discussion: """
            Examples:
              waypost tail trip:42 --token "$TOKEN"
              waypost tail trip:42 --token "$TOKEN" --url wss://example.org/realtime/v1 --json
              waypost token --config waypost.yaml --sub 6e1f… | xargs waypost tail trip:42 --token

            A refused join ends with the reason and exit code 1. A lost connection is made again.
            """
    )

    @Argument(help: "The topic, such as trip:42.")
    var topic: String

    @Option(name: .long, help: "The gateway.")
    var url = "http://127.0.0.1:4000"

    @Option(name: .long, help: "The token to connect and join with.")
    var token: String

    @Option(name: .long, help: "Trust the certificates in this PEM file (TLS).")
    var ca: String?

    @Flag(name: .customLong("public"), help: "Join the public topic of that name.")
    var isPublic = false

    @Flag(name: .long, help: "Print each message as one line of JSON.")
    var json = false

    func run() throws {
        var pause = 0.5
        while true {
            do {
                try follow { pause = 0.5 }
            } catch let failure as WebSocketFailure {
                if case .handshake(.refused(let answer)) = failure, answer.status < 500 {
                    Terminal.warn("waypost tail: refused with \(answer.status) \(answer.text)")
                    throw ExitCode.failure
                }
                if case .addressMalformed = failure {
                    throw ValidationError("--url \(url): \(failure)")
                }
                Terminal.warn("waypost tail: \(failure); trying again in \(pause) s")
            }
            Thread.sleep(forTimeInterval: pause)
            pause = min(pause * 2, 8)
        }
    }

    /// Joins and prints until the connection ends.
    private func follow(_ joined: () -> Void) throws {
        var options = WebSocketOptions()
        if let ca { options.trust = .file(path: ca) }
        let channel = try ChannelClient(
            gateway: url,
            apiKey: token,
            options: options,
            deadline: .now + .seconds(10)
        )
        var join = RequestWriter.JoinOptions()
        join.isPrivate = !isPublic
        join.token = token
        let reply = try channel.join(topic, options: join, deadline: .now + .seconds(10))
        guard let reply else { throw WebSocketFailure.timedOut }
        guard reply.isOK else {
            Terminal.warn("waypost tail: \(reply.reason ?? reply.response.text)")
            throw ExitCode.failure
        }
        joined()
        Terminal.warn("joined \(topic)")
        while true {
            switch try channel.next(deadline: .now + .seconds(3_600)) {
            case .message(let message):
                if message.name == MessageName.close.rawValue { throw ExitCode.failure }
                if let line = TailLine(message, isJSON: json).text { Terminal.say(line) }
            case .closed(let code, let reason):
                let why = reason.isEmpty ? "" : " (\(reason))"
                Terminal.warn("closed with \(code.map(String.init) ?? "no code")\(why)")
                return
            case .ended:
                throw WebSocketFailure.ended
            case .timeout:
                continue
            }
        }
    }
}
