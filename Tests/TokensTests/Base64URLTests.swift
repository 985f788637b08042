import Testing

@testable import Tokens

@Suite struct Base64URLTests {
    @Test(
        "Whatever is not the one form of some bytes is refused",
        arguments: [
            "A", "AAAAA", "Zg==", "Zg=", "Zh", "Zm9=", "Zm9_Z", "+A", "/A", "Zm 8", "Zm8\n",
            "Zm8\0",
            "Zm8é", "Zm8.", "%5A",
        ]
    )
    func refused(text: String) {
        #expect(Base64URL.decode(text.utf8) == nil)
    }

    @Test(
        "The examples of RFC 4648 come out without padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
            ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"), ("??>", "Pz8-"), ("~~~\u{7F}", "fn5-fw"),
        ]
    )
    func examples(plain: String, encoded: String) {
        #expect(Base64URL.encode(plain.utf8) == Array(encoded.utf8))
        #expect(Base64URL.decode(encoded.utf8) == Array(plain.utf8))
    }

    @Test("Every byte comes back, at every place in a group of three")
    func roundTrip() {
        for byte in UInt8.min...UInt8.max {
            for padding in 0..<4 {
                let bytes = Array(repeating: UInt8(0x55), count: padding) + [byte]
                #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            }
        }
    }
}
