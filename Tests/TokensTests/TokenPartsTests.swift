import Testing

@testable import Tokens

@Suite struct TokenPartsTests {
    @Test(
        "What is not three parts of base64url is malformed",
        arguments: [
            "", ".", "..x", "e30", "e30.e30", "e30.e30.e30.", "e30.e30.e30.e30", "e30.e30.e3",
            "e30=.e30.e30", "e30.e30.%", "e30.e30.e30%2", "e30.e30.e30%zz", "e30.e30.e30%C3%A9",
            "e30.e30.e30\0", "e30.e30.e30%00", "e30,e30,e30", "Bearer e30.e30.e30", "é.é.é",
            "e30.+/.",
            "e30\u{A0}.e30.e30",
        ]
    )
    func malformed(token: String) {
        #expect(throws: TokenRefusal.malformed) { try TokenParts(token) }
    }

    @Test("Percent-encoding and white space are undone before anything else")
    func plain() throws {
        for token in [
            "e30.W10.Zm9v", " e30.\r\n\tW10.Zm9v\n", "%65%330%2EW10%2eZm9v", "e30.W10%0A.Zm9v",
        ] {
            let text = try TokenParts(token)
            #expect(text.header == Array("{}".utf8))
            #expect(text.claims == Array("[]".utf8))
            #expect(text.signature == Array("foo".utf8))
            #expect(Array(text.signedText) == Array("e30.W10".utf8))
        }
    }

    @Test("A percent sign hidden in an escape stays what it is")
    func escapedOnce() {
        #expect(throws: TokenRefusal.malformed) { try TokenParts("e30%252EW10.Zm9v") }
    }

    @Test("16 KiB are read and no byte more, white space included")
    func length() throws {
        let claims = String(repeating: "A", count: 16_384 - 8)
        #expect(try TokenParts("e30.\(claims).e30").claims.count == 12_282)
        #expect(throws: TokenRefusal.malformed) { try TokenParts("e30.\(claims).e30 ") }
        #expect(throws: TokenRefusal.malformed) {
            try TokenParts(String(repeating: " ", count: 5_000_000) + "e30.e30.e30")
        }
    }
}
