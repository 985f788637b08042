import Testing

@testable import struct Authorization.SQLScanner

@Suite("Cutting SQL into its pieces")
struct SQLScannerTests {
    /// The pieces' texts.
    private static func pieces(_ sql: String) -> [String]? {
        let bytes = Array(sql.utf8)
        return SQLScanner.tokens(of: bytes)?.map {
            String(decoding: bytes[$0.range], as: UTF8.self)
        }
    }

    @Test("Each piece begins and ends where PostgreSQL's would")
    func pieces() {
        #expect(Self.pieces("a.b::text||'x'") == ["a", ".", "b", "::", "text", "||", "'x'"])
        #expect(Self.pieces("a<=-1--2\n+$1") == ["a", "<=-", "1", "+", "$1"])
        #expect(Self.pieces("$a1$ ' $b$ $a1$,1.5e3") == ["$a1$ ' $b$ $a1$", ",", "1.5e3"])
        #expect(
            Self.pieces(#"e'\'' n'x' u&'\' U&"a""b""#) == [
                #"e'\''"#, "n'x'", #"u&'\'"#, #"U&"a""b""#,
            ]
        )
        #expect(Self.pieces("a*/*c*/b") == ["a", "*", "b"])
        #expect(
            Self.pieces("\u{E9}t\u{E9} \u{2019}x\u{2019}") == [
                "\u{E9}t\u{E9}", "\u{2019}x\u{2019}",
            ]
        )
        #expect(Self.pieces(" \n\t ") == [])
    }

    @Test(
        "What has no end has no pieces",
        arguments: ["'a", "\"a", "/* /* */", "$a$ $b$", #"E'\'"#, "a 'b''"]
    )
    func endless(sql: String) {
        #expect(Self.pieces(sql) == nil)
    }

    @Test("Every byte string is cut without end or crash, and no piece is lost")
    func anything() {
        var state: UInt64 = 42
        let alphabet = Array("a'\"$/*-()[],.:=<>\\ \n\0eEuU&x1\u{E9}".utf8)
        for _ in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let length = Int(state >> 59)
            var bytes: [UInt8] = []
            for _ in 0..<length {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            guard let tokens = SQLScanner.tokens(of: bytes) else { continue }
            var end = 0
            for token in tokens {
                #expect(token.range.lowerBound >= end && !token.range.isEmpty)
                end = token.range.upperBound
            }
            #expect(end <= bytes.count)
        }
    }
}
