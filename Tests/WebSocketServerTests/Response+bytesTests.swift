import Testing
@testable import WebSocketServer

@Suite struct ResponseBytesTests {
    private func text(_ response: Response, isHead: Bool = false, isLast: Bool = false) -> String {
        String(decoding: response.bytes(isHead: isHead, isLast: isLast), as: UTF8.self)
    }

    @Test("An answer has its length and says whether another may follow")
    func whole() {
        let response = Response(status: 200, body: Array("hi".utf8), headers: [("x-a", "b")])
        #expect(
            text(response)
                == "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\n"
                + "content-length: 2\r\nconnection: keep-alive\r\nx-a: b\r\n\r\nhi"
        )
        #expect(
            text(response, isHead: true).hasSuffix(
                "content-length: 2\r\nconnection: keep-alive\r\nx-a: b\r\n\r\n"
            )
        )
        #expect(text(response, isLast: true).contains("connection: close\r\n"))
    }

    @Test("A line break in a header cannot add another header")
    func smuggling() {
        let response = Response(
            status: 200,
            contentType: "a\r\nb: c",
            body: [0x61],
            headers: [("x\r\ny", "1\r\nz: 2"), ("w", "3\nv: 4\0u")]
        )
        #expect(
            text(response)
                == "HTTP/1.1 200 OK\r\ncontent-type: a\r\ncontent-length: 1\r\n"
                + "connection: keep-alive\r\nx: 1\r\nw: 3\r\n\r\na"
        )
    }

    @Test("A status without a phrase is still a status line")
    func unknownStatus() {
        #expect(text(Response(status: 418)).hasPrefix("HTTP/1.1 418 Status\r\n"))
    }
}
