import Testing
import WebSocketClient
import Wire

@Suite struct ProtocolViolationTests {
    @Test("Only what is too big or no text has a code of its own")
    func codes() {
        for violation in ProtocolViolation.allCases {
            switch violation {
            case .messageTooBig: #expect(violation.closeCode == .messageTooBig)
            case .textInvalid: #expect(violation.closeCode == .invalidText)
            default: #expect(violation.closeCode == .protocolError)
            }
        }
    }
}
