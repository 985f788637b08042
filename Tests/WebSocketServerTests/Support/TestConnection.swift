import Glibc

/// The other side of a connection in tests: plain blocking calls that give up after some seconds.
final class TestConnection {
    /// What went wrong on the testing side.
    enum Failure: Error, Equatable {
        case notConnected(Int32)
        case ended
        case timedOut
        case notUpgraded(String)
    }

    /// One WebSocket frame as it came.
    struct Frame: Equatable {
        let isFinal: Bool
        let opcode: UInt8
        let payload: [UInt8]

        /// The code of a close frame.
        var closeCode: Int? {
            opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
        }
    }

    let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0

    /// Takes a connected descriptor and closes it in the end.
    init(descriptor: Int32, timeoutSeconds: Int = 10) {
        self.descriptor = descriptor
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
    }

    /// Connects to this machine.
    convenience init(port: Int, receiveByteCount: Int32? = nil, isIPv6: Bool = false) throws {
        let family = isIPv6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if var receiveByteCount {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveByteCount, 4)
        }
        let code: Int32
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = UInt16(port).bigEndian
            address.sin6_addr = in6addr_loopback
            code = unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            code = unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        guard code == 0 else {
            let error = errno
            close(descriptor)
            throw Failure.notConnected(error)
        }
        self.init(descriptor: descriptor)
    }

    deinit { close(descriptor) }

    /// Connects and upgrades.
    static func open(
        port: Int,
        path: String = "/socket/websocket",
        headers: String = "",
        receiveByteCount: Int32? = nil
    ) throws -> TestConnection {
        let connection = try TestConnection(port: port, receiveByteCount: receiveByteCount)
        try connection.upgrade(path: path, headers: headers)
        return connection
    }

    /// The text of a handshake.
    static func handshake(path: String = "/socket/websocket", headers: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + headers + "\r\n"
    }

    /// Sends a handshake and reads the answer up to its empty line.
    @discardableResult
    func upgrade(path: String = "/socket/websocket", headers: String = "") throws -> String {
        try write(Self.handshake(path: path, headers: headers))
        let head = try readHead()
        guard head.hasPrefix("HTTP/1.1 101 ") else { throw Failure.notUpgraded(head) }
        return head
    }

    func write(_ text: String) throws { try write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe Glibc.send(
                    descriptor,
                    bytes.baseAddress.map { unsafe $0 + sent },
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { throw errno == EAGAIN ? Failure.timedOut : Failure.ended }
            sent += count
        }
    }

    /// Sends one frame, masked as RFC 6455 has it.
    func sendFrame(
        _ opcode: UInt8,
        _ payload: [UInt8],
        isFinal: Bool = true,
        reserved: UInt8 = 0
    ) throws {
        try write(Self.frame(opcode, payload, isFinal: isFinal, reserved: reserved))
    }

    func send(text: String) throws { try sendFrame(1, Array(text.utf8)) }

    static func frame(
        _ opcode: UInt8,
        _ payload: [UInt8],
        isFinal: Bool = true,
        reserved: UInt8 = 0
    ) -> [UInt8] {
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | reserved | opcode]
        switch payload.count {
        case ..<126: bytes.append(0x80 | UInt8(payload.count))
        case ..<65_536:
            bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            bytes.append(0x80 | 127)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: payload.count >> shift))
            }
        }
        let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        bytes += mask
        bytes.reserveCapacity(bytes.count + payload.count)
        for (index, byte) in payload.enumerated() { bytes.append(byte ^ mask[index & 3]) }
        return bytes
    }

    /// Reads one frame.
    func receiveFrame() throws -> Frame {
        let head = try take(2)
        var count = Int(head[1] & 0x7F)
        if count >= 126 {
            count = try take(count == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) }
        }
        return Frame(isFinal: head[0] & 0x80 != 0, opcode: head[0] & 0x0F, payload: try take(count))
    }

    /// Reads one message, fragments put together; control frames end it with what they are.
    func receiveMessage() throws -> Frame {
        var first = try receiveFrame()
        while !first.isFinal {
            let next = try receiveFrame()
            guard next.opcode == 0 else { continue }
            first = Frame(
                isFinal: next.isFinal,
                opcode: first.opcode,
                payload: first.payload + next.payload
            )
        }
        return first
    }

    func receiveText() throws -> String {
        String(decoding: try receiveMessage().payload, as: UTF8.self)
    }

    /// Reads up to and with the empty line of an HTTP answer.
    func readHead() throws -> String {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]) { bytes += try take(1) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads an HTTP answer with its body.
    func readResponse() throws -> (head: String, body: String) {
        let head = try readHead()
        var count = 0
        for line in head.split(separator: "\r\n") where line.hasPrefix("content-length: ") {
            count = Int(line.dropFirst(16)) ?? 0
        }
        return (head, String(decoding: try take(count), as: UTF8.self))
    }

    /// Reads until the other side ends, however it ends.
    func readToEnd() throws -> [UInt8] {
        while true {
            do { try fill() } catch Failure.ended { break }
        }
        defer {
            buffer = []
            start = 0
        }
        return Array(buffer[start...])
    }

    /// Whether the other side has ended TCP.
    func isEnded() throws -> Bool { try readToEnd().isEmpty }

    func take(_ count: Int) throws -> [UInt8] {
        while buffer.count - start < count { try fill() }
        let bytes = Array(buffer[start..<start + count])
        start += count
        if start == buffer.count || start > 1 << 20 {
            buffer.removeFirst(start)
            start = 0
        }
        return bytes
    }

    private func fill() throws {
        let size = 256 << 10
        var count = 0
        let error = unsafe withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { bytes in
            count = unsafe read(descriptor, bytes.baseAddress, size)
            let error = errno
            if count > 0 { unsafe buffer.append(contentsOf: bytes.prefix(count)) }
            return error
        }
        guard count <= 0 else { return }
        throw count < 0 && error == EAGAIN ? Failure.timedOut : Failure.ended
    }
}
