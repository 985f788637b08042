import Testing

@testable import Gateway

@Suite struct RequestRatesTests {
    private let start = ContinuousClock.now
    private let rates = RequestRates(
        RequestRates.Limits(requestsPerSecond: 2, messagesPerSecond: 5)
    )

    private func takeRequest(_ senders: [RequestRates.Sender], after seconds: Int = 0) -> Bool {
        (try? rates.takeRequest(of: senders, now: start + .seconds(seconds))) != nil
    }

    private func takeMessages(
        _ count: Int,
        _ senders: [RequestRates.Sender],
        after seconds: Int = 0
    ) throws(RequestRates.Refusal) -> RequestRates.State {
        try rates.takeMessages(count, of: senders, now: start + .seconds(seconds))
    }

    @Test("A burst of ten seconds' requests is let through, then as many as the time brings")
    func requests() {
        for _ in 0..<20 { #expect(takeRequest([.address("a")])) }
        #expect(!takeRequest([.address("a")]))
        #expect(takeRequest([.address("b")]), "another address has its own")
        #expect(takeRequest([.address("a")], after: 1))
        #expect(takeRequest([.address("a")], after: 1))
        #expect(!takeRequest([.address("a")], after: 1))
    }

    @Test("Each sender of a request counts for itself: many addresses of one token are one token")
    func senders() {
        for number in 0..<20 { #expect(takeRequest([.token(1), .address("\(number)")])) }
        #expect(!takeRequest([.token(1), .address("new")]))
        #expect(takeRequest([.token(2), .address("new")]))
    }

    @Test("Messages are taken all or none, and the refusal says whether fewer would do")
    func messages() throws {
        let sender: [RequestRates.Sender] = [.token(1), .address("a")]
        #expect(throws: RequestRates.Refusal.tooManyMessages) { try takeMessages(51, sender) }
        let first = try takeMessages(40, sender)
        #expect(first == RequestRates.State(rolling: 4, limit: 5) && first.remaining == 1)
        #expect(throws: RequestRates.Refusal.tooManyMessages) { try takeMessages(11, sender) }
        #expect(try takeMessages(10, sender).remaining == 0)
        #expect(throws: RequestRates.Refusal.rateExceeded) { try takeMessages(1, sender) }
        #expect(try takeMessages(5, sender, after: 1).limit == 5)
        #expect(try takeMessages(1, [.token(2)]).rolling == 0)
    }

    @Test("Only so many senders are remembered; those whose time is over make room")
    func senderLimit() {
        for number in 0..<RequestRates.senderCountMax { _ = takeRequest([.token(number)]) }
        #expect(!takeRequest([.token(-1)]))
        #expect(takeRequest([.token(1)]))
        #expect(takeRequest([.token(-1)], after: 11))
    }
}
