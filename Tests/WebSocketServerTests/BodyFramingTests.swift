import Testing

@testable import WebSocketServer

@Suite struct BodyFramingTests {
    @Test(
        "What can be read in two ways is refused",
        arguments: [
            ("HTTP/1.1", "5,5", nil, 400), ("HTTP/1.1", "5,6", nil, 400),
            ("HTTP/1.1", "+5", nil, 400), ("HTTP/1.1", "-5", nil, 400),
            ("HTTP/1.1", "0x5", nil, 400), ("HTTP/1.1", "5 5", nil, 400),
            ("HTTP/1.1", "", nil, 400), ("HTTP/1.1", "5a", nil, 400),
            ("HTTP/1.1", "٥", nil, 400), ("HTTP/1.1", "18446744073709551621", nil, 400),
            ("HTTP/1.1", "9999999999999999", nil, 400),
            ("HTTP/1.1", "5", "chunked", 400), ("HTTP/1.1", "0", "chunked", 400),
            ("HTTP/1.1", "", "chunked", 400), ("HTTP/1.0", nil, "chunked", 400),
            ("HTTP/1.1", nil, "gzip, chunked", 501), ("HTTP/1.1", nil, "chunked,chunked", 501),
            ("HTTP/1.1", nil, "xchunked", 501), ("HTTP/1.1", nil, "identity", 501),
            ("HTTP/1.1", nil, "\u{B}chunked", 501), ("HTTP/1.1", nil, "", 501),
            ("HTTP/2.0", "5", nil, 400), (nil, "5", nil, 400), ("HTTP/1.10", "5", nil, 400),
        ] as [(String?, String?, String?, Int)]
    )
    func refused(version: String?, length: String?, encoding: String?, status: Int) {
        do throws(BodyFraming.Malformed) {
            let framing = try BodyFraming(version: version, length: length, encoding: encoding)
            Issue.record("taken as \(framing)")
        } catch {
            #expect(error.response.status == status)
        }
    }

    @Test("What says one thing is taken")
    func taken() throws {
        func framing(_ version: String, _ length: String?) throws -> BodyFraming {
            try BodyFraming(version: version, length: length, encoding: nil)
        }
        #expect(try framing("HTTP/1.1", nil) == .none)
        #expect(try framing("HTTP/1.0", "0") == .none)
        #expect(try framing("HTTP/1.0", " 12\t") == .counted(12))
        #expect(try framing("HTTP/1.1", "007") == .counted(7))
        #expect(try BodyFraming(version: "HTTP/1.1", length: nil, encoding: "Chunked ") == .chunked)
    }
}
