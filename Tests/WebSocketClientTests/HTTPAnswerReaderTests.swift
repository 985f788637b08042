import Testing

@testable import WebSocketClient

@Suite struct HTTPAnswerReaderTests {
    /// Reads an answer that arrives in pieces of one size; nil while it is not whole.
    private func read(
        _ text: String,
        inPiecesOf count: Int = .max,
        bodyByteCountMax: Int = 1_000
    ) throws(DownloadFailure) -> HTTPAnswer? {
        var reader = HTTPAnswerReader(bodyByteCountMax: bodyByteCountMax)
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            if let answer = try reader.receive(rest.prefix(count)) { return answer }
            rest = rest.dropFirst(count)
        }
        return nil
    }

    @Test(
        "What is no answer of HTTP/1.1 is malformed",
        arguments: [
            "\r\n\r\n", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n000000001\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n",
        ]
    )
    func malformed(text: String) {
        #expect(throws: DownloadFailure.answerMalformed) { try read(text) }
        #expect(throws: DownloadFailure.answerMalformed) { try read(text, inPiecesOf: 1) }
    }

    @Test("Nothing may be longer than it is allowed to be, whichever way it is announced")
    func tooLong() {
        let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
        let texts = [
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n123456789",
            chunked + "9\r\n", chunked + "5\r\n12345\r\n4\r\n", chunked + "ffffffff\r\n",
            "HTTP/1.1 200 OK\r\nx: " + String(repeating: "x", count: 65_536),
            chunked + "0\r\n" + String(repeating: "x", count: 65_536),
            chunked + "1;" + String(repeating: "x", count: 65_536),
        ]
        for text in texts {
            #expect(throws: DownloadFailure.tooLong) { try read(text, bodyByteCountMax: 8) }
        }
    }

    @Test("A stream that ends in the middle has no answer")
    func endedEarly() throws {
        for text in [
            "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n",
        ] {
            var reader = HTTPAnswerReader(bodyByteCountMax: 9)
            #expect(try reader.receive(Array(text.utf8)) == nil)
            #expect(throws: DownloadFailure.endedEarly) { try reader.ended() }
        }
    }

    @Test("A body may be counted, in chunks, or end with the stream", arguments: [1, 2, 7, 999])
    func bodies(count: Int) throws {
        let head = "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n"
        let chunks = "2;x=y\r\nab\r\nA\r\ncdefghijkl\r\n0\r\ntrailer: x\r\n\r\n"
        for text in [
            head + "Content-Length: 12\r\n\r\nabcdefghijkl and more",
            head + "Transfer-Encoding: Chunked\r\n\r\n" + chunks,
        ] {
            let answer = try #require(try read(text, inPiecesOf: count))
            #expect(answer.status == 200 && answer.text == "abcdefghijkl")
            #expect(answer.value("a") == "b")
        }
        var reader = HTTPAnswerReader(bodyByteCountMax: 12)
        #expect(try reader.receive(Array((head + "\r\nabcdef").utf8)) == nil)
        #expect(try reader.receive(Array("ghijkl".utf8)) == nil)
        #expect(try reader.ended().text == "abcdefghijkl")
        #expect(try read(head + "Content-Length: 0\r\n\r\n", inPiecesOf: count)?.body == [])
    }
}
