import Testing
import Wire

@testable import LoadGenerator

@Suite struct JSONWalkTests {
    private func member(_ key: String, _ text: String) -> String? {
        let bytes = Array(text.utf8)
        return JSONWalk.member(Array(key.utf8), bytes.span, in: 0..<bytes.count).map {
            JSONWalk.text(bytes.span, $0)
        }
    }

    @Test(
        "What is no object, not whole or not there is no member",
        arguments: [
            "", "{", "{}", "[]", "null", #"{"a""#, #"{"a":"#, #"{"a":1"#, #"{"a":"x"#,
            #"{"a":"x\"#, #"{"b":{"a":1}}"#, #"{"b":"a"}"#, #"["a",1]"#,
            #"{a:1}"#, #"{"b":1 "a":2}"#, #"{"A":1}"#, #"{"b":1}{"a":1}"#,
        ]
    )
    func absent(text: String) {
        let found = member("a", text)
        // A number ends where the text does: nothing says that more was to come.
        #expect(found == (text == #"{"a":1"# ? "1" : nil))
    }

    @Test(
        "A member is found whatever stands before it",
        arguments: [
            (#"{"a":1}"#, "1"), (#" { "a" : 12 } "#, "12 "),
            (#"{"b":[{"a":0},"a"],"a":true}"#, "true"),
            (#"{"b":"\"a\":","a":"x\\"}"#, #""x\\""#),
            (#"{"":{},"a":{"a":[]}}"#, #"{"a":[]}"#),
            (#"{"b":null,"a":[1,[2],{"c":"]"}]}"#, #"[1,[2],{"c":"]"}]"#),
            (#"{"a":-1.5e3,"b":2}"#, "-1.5e3"),
        ]
    )
    func found(text: String, value: String) {
        #expect(member("a", text) == value)
    }

    @Test("Numbers are decimal digits that fit")
    func numbers() {
        func number(_ text: String) -> UInt32? {
            let bytes = Array(text.utf8)
            return JSONWalk.number(bytes.span, 0..<bytes.count)
        }
        for text in ["", "-1", "1.0", "1e3", " 1", "x", "4294967296", "99999999999"] {
            #expect(number(text) == nil, "\(text)")
        }
        #expect(number("0") == 0 && number("42") == 42 && number("4294967295") == .max)
    }

    @Test("Bytes by chance, and damaged messages, are walked over within their bounds")
    func damage() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array(#"{}[]",:\a1tn ~"#.utf8) + [0, 0x80, 0xFF]
        let message = Array(
            (#"{"topic":"realtime:trip:1","event":"broadcast","payload":{"type":"broadcast","#
                + #""event":"e","payload":{"a":[1]},"meta":{"replayed":true}},"ref":null}"#).utf8
        )
        let dialects: [any Dialect] = DialectName.allCases.map { $0.make(serializer: 2) }
        for round in 0..<20_000 {
            var bytes: [UInt8]
            if round.isMultiple(of: 2) {
                let count = Int.random(in: 0...40, using: &generator)
                bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            } else {
                bytes = Array(message.prefix(Int.random(in: 0...message.count, using: &generator)))
                if let index = bytes.indices.randomElement(using: &generator) {
                    bytes[index] = alphabet.randomElement(using: &generator) ?? 0
                }
            }
            for dialect in dialects {
                _ = dialect.arrival(bytes.span, isBinary: round.isMultiple(of: 3))
                _ = dialect.reason(bytes.span, isBinary: false)
                guard !bytes.isEmpty else { continue }
                let count = dialect.firstMessageByteCount(in: bytes.span)
                #expect(count.map { (1...bytes.count).contains($0) } != false)
            }
        }
    }
}
