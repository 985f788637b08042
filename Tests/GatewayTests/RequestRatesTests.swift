import Hub
import Testing

@testable import Gateway

@Suite struct RequestRatesTests {
    private let start = ContinuousClock.now
    private let book: AllowanceBook
    private let node: SharedAllowance

    init() {
        var limits = RateLimits()
        limits[.requests] = 2
        limits[.requestMessages] = 5
        var nodeLimits = RateLimits()
        nodeLimits[.messages] = 7
        book = AllowanceBook([.address: limits, .key: limits, .node: nodeLimits])
        node = book.node
    }

    private func rates(_ owners: [AllowanceBook.Owner]) -> RequestRates {
        RequestRates(
            allowances: owners.compactMap { book.allowance(of: $0, now: start) },
            node: node
        )
    }

    private func takeRequest(_ owners: [AllowanceBook.Owner], after seconds: Int = 0) -> Bool {
        (try? rates(owners).takeRequest(now: start + .seconds(seconds))) != nil
    }

    private func refusal(
        _ count: Int,
        _ owners: [AllowanceBook.Owner]
    ) -> RequestRates.Refusal? {
        do throws(RequestRates.OverRate) {
            _ = try rates(owners).takeMessages(count, now: start)
            return nil
        } catch {
            return error.refusal
        }
    }

    @Test("A burst of ten seconds' requests is let through, then none until it has left the window")
    func requests() {
        for _ in 0..<20 { #expect(takeRequest([.address("a")])) }
        #expect(!takeRequest([.address("a")]))
        #expect(takeRequest([.address("b")]), "another address has its own")
        #expect(!takeRequest([.address("a")], after: 10))
        #expect(takeRequest([.address("a")], after: 12))
    }

    @Test("Each sender of a request counts for itself: many addresses of one token are one token")
    func senders() {
        for number in 0..<20 { #expect(takeRequest([.key(1), .address("\(number)")])) }
        #expect(!takeRequest([.key(1), .address("new")]))
        #expect(takeRequest([.key(2), .address("new")]))
    }

    @Test("Messages are taken all or none, and the refusal says whether fewer would do")
    func messages() throws {
        let sender: [AllowanceBook.Owner] = [.key(1), .address("a")]
        #expect(refusal(51, sender) == .tooManyMessages)
        let first = try rates(sender).takeMessages(40, now: start)
        #expect(first == RequestRates.State(rolling: 4, limit: 5) && first.remaining == 1)
        #expect(refusal(11, sender) == .tooManyMessages)
        #expect(refusal(11, [.key(2), .address("a")]) == .tooManyMessages)
        #expect(refusal(10, sender) == nil)
        #expect(refusal(1, sender) == .rateExceeded)
        #expect(refusal(1, [.key(2)]) == nil)
    }

    @Test("Messages of requests count against the node's")
    func nodeMessages() {
        #expect(refusal(50, [.key(1)]) == nil)
        #expect(refusal(20, [.key(2)]) == nil)
        #expect(refusal(1, [.key(3)]) == .rateExceeded)
        #expect(node.count(of: .messages, now: start) == 70)
    }
}
