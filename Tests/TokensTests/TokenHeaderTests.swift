import Testing

@testable import Tokens

@Suite struct TokenHeaderTests {
    @Test(
        "A header that is no object with one algorithm is malformed",
        arguments: [
            "", "null", "[]", #""HS256""#, "{}", #"{"alg":null}"#, #"{"alg":256}"#,
            #"{"alg":["HS256"]}"#, #"{"typ":"JWT"}"#, #"{"alg":"none","alg":"HS256"}"#,
            #"{"alg":"HS256"} x"#, #"{"alg":"HS256","#, #"{"alg":"HS256","kid":7}"#,
            #"{"alg":"HS256","kid":"a","kid":"b"}"#, #"{"alg":"HS256","crit":["b64"],"b64":false}"#,
            "\u{FEFF}{\"alg\":\"HS256\"}", "{\"alg\":\"HS256\",\"kid\":\"a\u{0}\"}",
        ]
    )
    func malformed(json: String) {
        #expect(throws: TokenRefusal.malformed) { try TokenHeader(Array(json.utf8)) }
    }

    @Test("A key's name may have 255 bytes")
    func kidLength() throws {
        let longest = String(repeating: "k", count: 255)
        #expect(try TokenHeader(Array(#"{"alg":"A","kid":"\#(longest)"}"#.utf8)).kid == longest)
        #expect(throws: TokenRefusal.malformed) {
            try TokenHeader(Array(#"{"alg":"A","kid":"\#(longest)k"}"#.utf8))
        }
    }

    @Test("Bytes that are no UTF-8, or UTF-16, are malformed")
    func otherEncodings() {
        #expect(throws: TokenRefusal.malformed) { try TokenHeader([0xFF, 0xFE]) }
        let wide = #"{"alg":"HS256"}"#.utf8.flatMap { byte -> [UInt8] in [byte, 0] }
        #expect(throws: TokenRefusal.malformed) { try TokenHeader(wide) }
    }

    @Test("Other fields are ignored, whatever they hold")
    func others() throws {
        let json = #"{"x":1e300,"y":-1e999,"alg":"HS256","kid":null,"jku":"https://example.org"}"#
        let header = try TokenHeader(Array(json.utf8))
        #expect(header.algorithm == "HS256")
        #expect(header.kid == nil)
    }
}
