import Testing

@testable import WebSocketServer

@Suite struct ChunkedBodyTests {
    private static func content(
        _ text: String,
        byteCountMax: Int = 1_000,
        pieceByteCount: Int = .max
    ) throws(ChunkedBody.Malformed) -> String? {
        var body = ChunkedBody(byteCountMax: byteCountMax)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(pieceByteCount))
            try body.append(piece.span)
            rest = rest.dropFirst(piece.count)
        }
        return body.isDone ? String(decoding: body.content, as: UTF8.self) : nil
    }

    @Test(
        "What RFC 9112 does not write is refused",
        arguments: [
            "\r\n", "g\r\n", "-1\r\n", "+5\r\nhello\r\n", "0x5\r\nhello\r\n", " 5\r\nhello\r\n",
            "5 \r\nhello\r\n", "5\nhello\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello5\r\n",
            "5\r\nhelloo\r\n0\r\n\r\n", "5\rx", ";a\r\n", "5;\u{1}\r\n", "123456789\r\n",
            "fffffffffffffffff\r\n", "0\r\n\rx", "0\r\n \r\n", "0\r\nA: b\n\r\n",
            "0\r\nA: \u{0}\r\n",
        ]
    )
    func refused(text: String) {
        for pieceByteCount in [1, 2, .max] {
            #expect(throws: ChunkedBody.Malformed.syntax) {
                try Self.content(text, pieceByteCount: pieceByteCount)
            }
        }
    }

    @Test("Chunks are put together, however their bytes arrive")
    func together() throws {
        let text =
            "5\r\nhello\r\n0006;a=\"b\"\r\n world\r\nA\r\n0123456789\r\n"
            + "0\r\nA: b\r\n\r\nrest"
        for pieceByteCount in [1, 2, 3, 7, .max] {
            let content = try Self.content(text, pieceByteCount: pieceByteCount)
            #expect(content == "hello world0123456789")
        }
        #expect(try Self.content("0\r\n\r\n")?.isEmpty == true)
        #expect(try Self.content("0\r\n") == nil)
        #expect(try Self.content("5\r\nhel") == nil)
    }

    @Test("More than the limit is refused when it is announced, not when it has come")
    func limit() throws {
        #expect(try Self.content("5\r\nhello\r\n0\r\n\r\n", byteCountMax: 5) == "hello")
        for text in ["6\r\n", "ffffffff\r\n", "5\r\nhello\r\n1\r\n"] {
            #expect(throws: ChunkedBody.Malformed.tooLarge) {
                try Self.content(text, byteCountMax: 5)
            }
        }
    }

    @Test("What stands around the chunks has a limit")
    func surroundings() {
        let extras = "5;" + String(repeating: "a", count: 300) + "\r\n"
        let trailer = "0\r\n" + String(repeating: "A: b\r\n", count: 1_000)
        for text in [extras, trailer] {
            #expect(throws: ChunkedBody.Malformed.lineTooLong) { try Self.content(text) }
        }
    }
}
