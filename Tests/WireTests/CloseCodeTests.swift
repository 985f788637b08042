import Testing

@testable import Wire

@Suite struct CloseCodeTests {
    @Test("Codes have the numbers of RFC 6455 and its registry")
    func numbers() {
        #expect(
            CloseCode.allCases.map(\.rawValue)
                == [1000, 1001, 1002, 1007, 1009, 1012, 1013]
        )
    }

    @Test("Whoever broke a rule is not asked back, everyone else is")
    func reconnect() {
        let asked = CloseCode.allCases.filter(\.shouldReconnect)
        #expect(asked == [.normal, .goingAway, .serviceRestart, .tryAgainLater])
    }
}
