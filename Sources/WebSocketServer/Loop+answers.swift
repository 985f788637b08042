internal import CLibWebSockets

/// Answers after which the connection may go on.
///
/// They are written right before the loop waits, never inside of libwebsockets' reading: only there
/// can be told whether bytes of a further request have been read already. libwebsockets keeps such
/// bytes, and takes a body that follows them wrongly: it would read the header as the body, or turn
/// for ever. So a link where this may be so is not ``Link/isFresh``, and takes no more bodies.
extension Loop {
    /// Answers a request that ``LoopDelegate/received(_:body:admission:)`` brought.
    ///
    /// Nothing happens when whoever asked has gone meanwhile.
    public func answer(_ number: RequestNumber, with response: Response) {
        guard let link = exchanges[number], let exchange = link.exchange,
            exchange.phase == .waiting, exchange.response == nil
        else { return }
        exchange.response = response
        answered.append(link)
    }

    /// Answers a request without a body.
    ///
    /// - Returns: 0 to wait for what comes next.
    func answerLater(
        _ request: Request,
        _ response: Response,
        link: Link,
        wsi: OpaquePointer
    ) -> CInt {
        requestCount += 1
        let exchange = Exchange(
            number: RequestNumber(rawValue: requestCount),
            method: request.method,
            framing: .none,
            mayContinue: true
        )
        exchange.phase = .waiting
        exchange.response = response
        link.exchange = exchange
        unsafe holdBack(wsi)
        answered.append(link)
        return 0
    }

    /// Takes up a request without a body whose answer takes time.
    ///
    /// - Returns: 0 to wait for the answer, -1 to end the link.
    func beginDeferred(
        _ admission: any Sendable,
        mayContinue: Bool,
        link: Link,
        wsi: OpaquePointer
    ) -> CInt {
        guard exchanges.count < configuration.waitingRequestCountMax else {
            counters.requestRefusedCount += 1
            counters.responseCount += 1
            _ = unsafe write(.tooManyRequests, to: wsi, isHead: false, isLast: true)
            return -1
        }
        requestCount += 1
        let exchange = Exchange(
            number: RequestNumber(rawValue: requestCount),
            method: "GET",
            framing: .none,
            mayContinue: mayContinue
        )
        exchange.admission = admission
        link.exchange = exchange
        exchanges[exchange.number] = link
        return unsafe completeBody(link, wsi: wsi)
    }

    /// Leaves what follows in the system until the request is answered.
    func holdBack(_ wsi: OpaquePointer) { unsafe lws_rx_flow_control(wsi, 0) }

    /// Writes the answers that are there.
    func writeAnswers() {
        guard !answered.isEmpty else { return }
        let links = answered
        answered = []
        for link in links { writeAnswer(to: link) }
    }

    private func writeAnswer(to link: Link) {
        guard link.phase == .halfOpen, let wsi = unsafe link.wsi, let exchange = link.exchange,
            let response = exchange.response
        else { return }
        forgetExchange(link)
        counters.responseCount += 1
        unsafe lws_rx_flow_control(wsi, 1)
        let isFresh = engine?.hasNothingBuffered == true
        // Somebody else's bytes may be what is buffered. Whoever brings bodies may bring another,
        // so TCP ends then rather than refuse it; others are likely to go on as they began.
        let isLast =
            !exchange.mayContinue || drainDeadline != nil
            || (exchange.method != "GET" && exchange.method != "HEAD" && !isFresh)
        let isHead = exchange.method == "HEAD"
        guard unsafe write(response, to: wsi, isHead: isHead, isLast: isLast), !isLast else {
            return cut(link, end: .lost)
        }
        link.isFresh = isFresh
        renewDeadline(link)
        if unsafe lws_http_transaction_completed(wsi) != 0 { cut(link, end: .lost) }
    }
}
