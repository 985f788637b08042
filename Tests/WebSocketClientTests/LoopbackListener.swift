import Foundation
import Glibc
import Wire

@testable import WebSocketClient

/// The gateway's end of one stream, played by a test, blocking on a thread of its own.
struct ServedStream: Sendable {
    let descriptor: Int32

    /// Reads so many bytes; nil when the stream ends before.
    func read(_ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < count {
            let wanted = min(count - bytes.count, buffer.count)
            let moved = unsafe recv(descriptor, &buffer, wanted, 0)
            guard moved > 0 else { return nil }
            bytes.append(contentsOf: buffer[..<moved])
        }
        return bytes
    }

    /// Writes everything; false when the stream has ended.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let moved = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            guard moved > 0 else { return false }
            rest = rest.dropFirst(moved)
        }
        return true
    }

    /// Reads a request's head, byte by byte.
    func readRequest() -> String? {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
            guard let byte = read(1) else { return nil }
            head += byte
        }
        return String(decoding: head, as: UTF8.self)
    }

    /// Reads a request and accepts it; nil when none comes.
    @discardableResult
    func accept() -> String? {
        guard let request = readRequest(), let answer = Self.acceptance(of: request) else {
            return nil
        }
        write(answer)
        return request
    }

    /// The answer that makes a WebSocket of a request.
    static func acceptance(of request: String) -> [UInt8]? {
        let name = "Sec-WebSocket-Key: "
        guard let line = request.split(separator: "\r\n").first(where: { $0.hasPrefix(name) })
        else {
            return nil
        }
        let accept = HandshakeDigest.accept(key: String(line.dropFirst(name.count)))
        let lines = [
            "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Accept: \(accept)",
        ]
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// Reads one frame, which must be masked; nil when the stream ends.
    func readFrame() -> (opcode: Frame.Opcode, payload: [UInt8])? {
        guard let head = read(2), head[1] & 0x80 != 0,
            let opcode = Frame.Opcode(rawValue: head[0] & 0x0F)
        else { return nil }
        var count = Int(head[1] & 0x7F)
        if count >= 126 {
            guard let length = read(count == 126 ? 2 : 8) else { return nil }
            count = length.reduce(0) { $0 << 8 | Int($1) }
        }
        guard let mask = read(4), var payload = read(count) else { return nil }
        for index in payload.indices { payload[index] ^= mask[index % 4] }
        return (opcode, payload)
    }

    /// Reads one text frame as text.
    func readText() -> String? {
        guard let frame = readFrame(), frame.opcode == .text else { return nil }
        return String(decoding: frame.payload, as: UTF8.self)
    }

    @discardableResult
    func send(_ frame: Frame) -> Bool { write(frame.bytes) }

    @discardableResult
    func send(text: String) -> Bool { send(Frame(.text, payload: Array(text.utf8))) }

    /// Gives back texts and bytes as they come, and closes when asked to.
    func echo() {
        while let frame = readFrame() {
            switch frame.opcode {
            case .text, .binary: send(Frame(frame.opcode, payload: frame.payload))
            case .ping: send(.pong(frame.payload))
            case .close:
                send(Frame(.close, payload: frame.payload))
                return
            case .pong, .continuation: continue
            }
        }
    }
}

/// Takes connections on a free port of 127.0.0.1 and plays a part on each, on its own thread.
///
/// It listens until the process ends.
struct LoopbackListener {
    let port: UInt16

    var url: String { "ws://127.0.0.1:\(port)" }

    init(part: @escaping @Sendable (ServedStream) -> Void) {
        let (descriptor, port) = Self.bound()
        precondition(listen(descriptor, 1_024) == 0, "the port is taken")
        self.port = port
        Thread.detachNewThread {
            while true {
                let accepted = Glibc.accept(descriptor, nil, nil)
                guard accepted >= 0 else { return }
                Thread.detachNewThread { Self.play(part, on: ServedStream(descriptor: accepted)) }
            }
        }
    }

    /// A port where nobody listens.
    static func deadPort() -> UInt16 {
        let (descriptor, port) = bound()
        close(descriptor)
        return port
    }

    private static func play(_ part: (ServedStream) -> Void, on stream: ServedStream) {
        part(stream)
        shutdown(stream.descriptor, Int32(SHUT_WR))
        // Reading to the end avoids a reset that would overtake what was written.
        while stream.read(1) != nil {}
        close(stream.descriptor)
    }

    private static func bound() -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var byteCount = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(descriptor, address, byteCount) == 0
                    && getsockname(descriptor, address, &byteCount) == 0
            }
        }
        precondition(isBound, "no port to listen on")
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }
}

/// Twenty seconds from now: nothing in these tests takes that long unless it fails.
var soon: ContinuousClock.Instant { .now + .seconds(20) }

/// Descriptors that the process has open.
func descriptorCount() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
}
