import Testing

@testable import Outbox

@Suite struct HexTextTests {
    private func bytes(_ text: String) -> [UInt8]? {
        let text = Array(text.utf8)
        return HexText.bytes(of: text.span)
    }

    @Test(
        "What is not pairs of digits in lower case is nothing",
        arguments: ["0", "0g", "\\x00", "FF"]
    )
    func malformed(text: String) {
        #expect(bytes(text) == nil)
    }

    @Test("Every byte is read")
    func every() {
        let digits = Array("0123456789abcdef")
        let text = (0..<256).map { "\(digits[$0 / 16])\(digits[$0 % 16])" }.joined()
        #expect(bytes(text) == Array(0...255))
        #expect(bytes("") == [])
    }
}
