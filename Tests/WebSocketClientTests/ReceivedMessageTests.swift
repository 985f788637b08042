import Testing
import WebSocketClient
import Wire

@Suite struct ReceivedMessageTests {
    private func read(_ frame: [UInt8]) -> ReceivedMessage? {
        ReceivedMessage(binary: frame, arrivedAt: .now)
    }

    /// A frame with the name `hi` for `realtime:a`.
    private func frame(_ encoding: UInt8, meta: String = "", _ payload: [UInt8]) -> [UInt8] {
        [4, 10, 2, UInt8(meta.utf8.count), encoding] + Array("realtime:ahi\(meta)".utf8) + payload
    }

    @Test("What is no broadcast, or ends early, or has no JSON where it should, is none")
    func malformed() {
        let whole = frame(1, meta: #"{"id":"3f"}"#, Array("{}".utf8))
        for count in 0..<whole.count - 1 { #expect(read(Array(whole.prefix(count))) == nil) }
        #expect(read([3] + whole.dropFirst()) == nil)
        #expect(read(frame(1, Array("{".utf8))) == nil)
        #expect(read(frame(0, meta: "{", [1])) == nil)
        #expect(read([4, 1, 0, 0, 0, 0xFF]) == nil)
    }

    @Test("JSON has the payload that the same broadcast has as text")
    func json() throws {
        let message = try #require(read(frame(1, meta: #"{"id":"3f"}"#, Array(#"{"x": 1}"#.utf8))))
        #expect(message.topic == "realtime:a" && message.name == "broadcast")
        #expect(
            message.payload.text
                == #"{"type":"broadcast","event":"hi","payload":{"x": 1},"meta":{"id":"3f"}}"#
        )
        #expect(message.bytes == nil && message.ref == .null && message.joinRef == .null)
    }

    @Test("Bytes stand beside a payload without them")
    func bytes() throws {
        let message = try #require(read(frame(0, [0, 0xFF])))
        #expect(message.payload.text == #"{"type":"broadcast","event":"hi"}"#)
        #expect(message.bytes == [0, 0xFF])
    }
}
