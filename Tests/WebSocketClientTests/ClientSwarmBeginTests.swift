import Foundation
import Glibc
import Synchronization
import Testing
import Wire

@testable import WebSocketClient

@Suite(.timeLimit(.minutes(1))) struct ClientSwarmBeginTests {
    @Test("What cannot be opened ends, and was never opened")
    func unopened() throws {
        let refusing = LoopbackListener { stream in
            _ = stream.readRequest()
            stream.write(Array("HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\n\r\n".utf8))
        }
        let cutting = LoopbackListener { stream in _ = stream.readRequest() }
        let seen = Seen()
        let swarm = try seen.swarm()
        let dead = try WebSocketAddress(port: LoopbackListener.deadPort())
        #expect(try swarm.begin(to: dead) == 0)
        #expect(try swarm.begin(to: WebSocketAddress(refusing.url)) == 1)
        #expect(try swarm.begin(to: WebSocketAddress(cutting.url)) == 2)
        #expect(swarm.run(until: soon) { seen.endings.count < 3 })
        #expect(seen.opened.isEmpty && swarm.openCount == 0)
        #expect(seen.endings[0]?.failure == .unreachable(errorNumber: ECONNREFUSED))
        guard case .handshake(.refused(let answer)) = seen.endings[1]?.failure else {
            Issue.record("\(String(describing: seen.endings[1]))")
            return
        }
        #expect(answer.status == 429)
        #expect(seen.endings[2]?.failure == .handshake(.endedEarly))
        #expect(seen.endings.values.allSatisfy { !$0.wasOpen })
    }

    @Test("Connections come from the address that was asked for, or are refused")
    func sources() throws {
        let found = Mutex<[String]>([])
        let listener = LoopbackListener { stream in
            found.withLock { $0.append(stream.farAddress) }
            stream.accept()
            stream.echo()
        }
        let seen = Seen()
        let swarm = try seen.swarm()
        let address = try WebSocketAddress(listener.url)
        for source in ["127.0.0.2", "127.0.0.3", "127.0.0.2"] {
            try swarm.begin(to: address, from: source)
        }
        try swarm.begin(to: address)
        #expect(swarm.run(until: soon) { swarm.openCount < 4 })
        #expect(
            found.withLock { $0.sorted() } == ["127.0.0.1", "127.0.0.2", "127.0.0.2", "127.0.0.3"]
        )
        // One that this machine has not, one that is none, and one of another kind.
        #expect(throws: WebSocketFailure.unreachable(errorNumber: EADDRNOTAVAIL)) {
            try swarm.begin(to: address, from: "192.0.2.1")
        }
        #expect(throws: WebSocketFailure.hostUnknown(code: EAI_NONAME)) {
            try swarm.begin(to: address, from: "somewhere")
        }
        #expect(throws: WebSocketFailure.unreachable(errorNumber: EAFNOSUPPORT)) {
            try swarm.begin(to: address, from: "::1")
        }
        #expect(swarm.count == 4)
    }

    @Test("Several addresses of a host: the one that takes connections is found")
    func severalAddresses() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.echo()
        }
        let seen = Seen()
        let swarm = try seen.swarm()
        for _ in 0..<3 {
            try swarm.begin(to: WebSocketAddress("ws://localhost:\(listener.port)"))
        }
        #expect(swarm.run(until: soon) { swarm.openCount < 3 })
    }

    @Test("Messages are lent whole, however they were cut, texts and bytes told apart")
    func lent() throws {
        let sizes = [0, 1, 125, 126, 65_535, 65_536, 200_000]
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.echo()
        }
        let seen = Seen()
        let swarm = try seen.swarm()
        seen.onOpen = { connection in
            for size in sizes {
                swarm.sendBinary([UInt8](repeating: 0xFE, count: size), to: connection)
                swarm.sendText([UInt8](repeating: 0x61, count: size), to: connection)
            }
        }
        let begin = MonotonicTime.nanoseconds
        for _ in 0..<3 { try swarm.begin(to: WebSocketAddress(listener.url)) }
        #expect(swarm.run(until: soon) { swarm.messageCount < 3 * 2 * sizes.count })
        for connection in 0..<3 {
            let messages = seen.messages[connection] ?? []
            #expect(messages.map(\.byteCount) == sizes.flatMap { [$0, $0] })
            #expect(messages.map(\.isBinary) == sizes.flatMap { _ in [true, false] })
            #expect(messages.map(\.isUniform) == sizes.flatMap { _ in [true, true] })
        }
        let now = MonotonicTime.nanoseconds
        #expect(seen.times.allSatisfy { (begin...now).contains($0) })
    }

    @Test("A text that is none ends the connection, unless nobody wants to know")
    func texts() throws {
        let codes = Mutex<[UInt8]>([])
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.send(Frame(.text, payload: [0xC3, 0x28]))
            guard let frame = stream.readFrame(), frame.opcode == .close else { return }
            codes.withLock { $0 = frame.payload }
        }
        let seen = Seen()
        let swarm = try seen.swarm()
        var options = WebSocketOptions()
        options.checksTexts = false
        try swarm.begin(to: WebSocketAddress(listener.url), options: options)
        #expect(swarm.run(until: soon) { swarm.messageCount < 1 })
        try swarm.begin(to: WebSocketAddress(listener.url))
        #expect(swarm.run(until: soon) { seen.endings.isEmpty })
        #expect(seen.endings[1]?.failure == .violation(.textInvalid))
        #expect(seen.endings[1]?.wasOpen == true && swarm.messageCount == 1)
        let deadline = soon
        while codes.withLock({ $0.isEmpty }), .now < deadline {
            Thread.sleep(forTimeInterval: 0.01)
        }
        // 1007, as RFC 6455 has it.
        #expect(codes.withLock { $0 } == [0x03, 0xEF])
    }

    @Test("After a connection was dropped by what took its message, nothing more comes from it")
    func droppedWithin() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.write((0..<10).flatMap { Frame(.text, payload: Array("\($0)".utf8)).bytes })
            stream.echo()
        }
        let seen = Seen()
        let swarm = try seen.swarm()
        seen.onMessage = { [unowned seen] connection in
            if connection == 0, seen.messages[0]?.count == 3 { swarm.drop(0) }
        }
        for _ in 0..<2 { try swarm.begin(to: WebSocketAddress(listener.url)) }
        #expect(swarm.run(until: soon) { seen.messages[1]?.count ?? 0 < 10 })
        #expect(swarm.run(until: soon) { seen.messages[0]?.count ?? 0 < 3 })
        swarm.run(until: .now + .milliseconds(20)) { true }
        #expect(seen.messages[0]?.count == 3)
        #expect(seen.endings.isEmpty, "a drop is nothing that the other side did")
        #expect(swarm.endings[0] != nil && swarm.openCount == 1)
    }

    @Test("Numbers come again when they are forgotten, also while connections end in crowds")
    func numbers() throws {
        let listener = LoopbackListener { stream in
            stream.accept()
            stream.send(text: "hello")
        }
        let address = try WebSocketAddress(listener.url)
        let seen = Seen()
        let swarm = try seen.swarm()
        let goal = 400
        var begun = 40
        seen.onEnd = { connection in
            swarm.forget(connection)
            guard begun < goal else { return }
            begun += 1
            _ = try? swarm.begin(to: address)
        }
        for _ in 0..<40 { try swarm.begin(to: address) }
        #expect(swarm.run(until: soon) { seen.endCount < goal })
        #expect(swarm.messageCount == goal && seen.endCount == goal && swarm.openCount == 0)
        #expect(swarm.endings.isEmpty)
        // One is begun before the number of the last is free; a second set is what it takes.
        #expect(swarm.count <= 80)
    }

    @Test("What does not leave is counted, and closing what is not open gives it up")
    func leaving() throws {
        let listener = LoopbackListener { stream in
            guard stream.accept() != nil else { return }
            stream.echo()
        }
        let silent = LoopbackListener { stream in
            _ = stream.readRequest().map { _ in stream.read(1) }
        }
        let seen = Seen()
        let swarm = try seen.swarm()
        try swarm.begin(to: WebSocketAddress(listener.url))
        #expect(swarm.run(until: soon) { swarm.openCount < 1 })
        swarm.setReading(0, false)
        swarm.sendText([UInt8](repeating: 0x61, count: 1_000), to: 0)
        swarm.run(until: .now + .milliseconds(10))
        #expect(swarm.leavingByteCount(of: 0) == 1_008)
        swarm.setReading(0, true)
        #expect(swarm.run(until: soon) { swarm.messageCount < 1 })
        #expect(swarm.leavingByteCount(of: 0) == 0)
        try swarm.begin(to: WebSocketAddress(silent.url))
        swarm.run(until: .now + .milliseconds(10))
        swarm.close(1)
        #expect(swarm.endings[1]?.wasOpen == false)
        #expect(swarm.leavingByteCount(of: 1) == 0)
        swarm.forget(1)
        swarm.forget(1)
        swarm.run(until: .now + .milliseconds(10))
        #expect(try swarm.begin(to: WebSocketAddress(listener.url)) == 1)
        #expect(try swarm.begin(to: WebSocketAddress(listener.url)) == 2)
    }
}

/// What a swarm told, and what is done about it.
private final class Seen {
    struct Message {
        let byteCount: Int
        let isBinary: Bool
        /// Whether all bytes are what this kind was sent with.
        let isUniform: Bool
    }

    var opened: Set<Int> = []
    var messages: [Int: [Message]] = [:]
    var endings: [Int: ClientSwarm.Ending] = [:]
    var endCount = 0
    var times: [UInt64] = []
    var onOpen: (Int) -> Void = { _ in }
    var onMessage: (Int) -> Void = { _ in }
    var onEnd: (Int) -> Void = { _ in }

    func swarm() throws -> ClientSwarm {
        let swarm = try ClientSwarm { [unowned self] connection, message, isBinary, arrivedAt in
            let expected: UInt8 = isBinary ? 0xFE : 0x61
            let note = Message(
                byteCount: message.count,
                isBinary: isBinary,
                isUniform: message.indices.allSatisfy { message[$0] == expected }
            )
            messages[connection, default: []].append(note)
            times.append(arrivedAt)
            onMessage(connection)
        }
        swarm.opened = { [unowned self] connection, time in
            opened.insert(connection)
            times.append(time)
            onOpen(connection)
        }
        swarm.ended = { [unowned self] connection, ending, time in
            endings[connection] = ending
            endCount += 1
            times.append(time)
            onEnd(connection)
        }
        return swarm
    }
}

extension WebSocketAddress {
    /// A port of 127.0.0.1.
    fileprivate init(port: UInt16) throws(Malformed) {
        try self.init("ws://127.0.0.1:\(port)")
    }
}

extension ServedStream {
    /// Where the other side's connection comes from.
    fileprivate var farAddress: String {
        var address = sockaddr_in()
        var byteCount = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe getpeername(descriptor, address, &byteCount)
            }
        }
        let number = UInt32(bigEndian: address.sin_addr.s_addr)
        return [24, 16, 8, 0].map { "\(number >> $0 & 255)" }.joined(separator: ".")
    }
}
