import Foundation
import WebSocketServer
import Wire

/// Sends every message back as it came: what the Autobahn suite needs to look at our WebSockets.
///
/// It is the loop that `waypost serve` runs, with its limits, and another owner. It listens on a
/// port that is free, writes that down on one line, and runs until it is killed.
@main
struct EchoNode {
    static func main() throws {
        let echo = Echo()
        var configuration = LoopConfiguration(listeners: [Listener(host: "127.0.0.1", port: 0)])
        // The suite opens its connections one after the other, and leaves some of them half-open.
        configuration.halfOpenCountMaxPerAddress = 1_000
        // Its largest messages go back while they are still arriving.
        configuration.messageByteCountMax = 32 << 20
        configuration.queueByteCountMax = 32 << 20
        let loop = try Loop(configuration: configuration, delegate: echo)
        echo.loop = loop
        FileHandle.standardOutput.write(Data("\(loop.ports[0])\n".utf8))
        loop.run()
    }
}

/// The loop's owner.
final class Echo: LoopDelegate {
    weak var loop: Loop?

    func handshake(_ request: Request) -> HandshakeAnswer { .accept(true) }

    func opened(_ connection: ConnectionID, request: Request, admission: any Sendable) {}

    func received(text: [UInt8], from connection: ConnectionID) {
        loop?.send(EncodedMessage(.text, payload: text), to: connection)
    }

    func received(binary: [UInt8], from connection: ConnectionID) {
        loop?.send(EncodedMessage(.binary, payload: binary), to: connection)
    }

    func closed(_ connection: ConnectionID, end: ConnectionEnd) {}

    func admits(_ request: Request) -> BodyAnswer { .refuse(Response(status: 405)) }

    func received(_ number: RequestNumber, body: [UInt8], admission: any Sendable) {}

    func respond(to request: Request) -> Response { Response(status: 404) }

    func turn() {}

    func tick(now: ContinuousClock.Instant) {}
}
