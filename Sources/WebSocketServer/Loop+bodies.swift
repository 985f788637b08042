internal import CLibWebSockets

extension Loop {
    /// A POST request's header is there: decides about it before any of the body is read.
    ///
    /// - Returns: 0 to go on with the body, -1 to end the link.
    func beginExchange(
        _ request: Request,
        _ reader: RequestReader,
        link: Link,
        wsi: OpaquePointer
    ) -> CInt {
        let framing: BodyFraming
        do throws(BodyFraming.Malformed) {
            framing = try reader.framing()
            guard link.isFresh || framing == .none else { throw .pipelined }
        } catch {
            counters.malformedCount += 1
            _ = unsafe write(error.response, to: wsi, isHead: false, isLast: true)
            return -1
        }
        requestCount += 1
        let exchange = Exchange(
            number: RequestNumber(rawValue: requestCount),
            method: request.method,
            framing: framing,
            mayContinue: framing != .chunked && reader.hasLength && mayContinue(reader)
        )
        link.exchange = exchange
        switch decide(request, framing, reader) {
        case .refuse(let response): return unsafe refuse(response, link: link, wsi: wsi)
        case .read(let byteCountMax, let admission):
            exchange.admission = admission
            exchange.chunked = ChunkedBody(byteCountMax: byteCountMax)
            exchanges[exchange.number] = link
            link.deadline = timing.deadline(after: timing.body, from: tick)
            if framing == .none {
                // libwebsockets calls for an empty body only where its length is written as 0.
                return reader.hasLength ? 0 : unsafe completeBody(link, wsi: wsi)
            }
            guard reader.header(WSI_TOKEN_HTTP_EXPECT) != nil else { return 0 }
            return unsafe sendContinue(wsi) ? 0 : -1
        }
    }

    private func decide(
        _ request: Request,
        _ framing: BodyFraming,
        _ reader: RequestReader
    ) -> BodyAnswer {
        if let expected = reader.header(WSI_TOKEN_HTTP_EXPECT),
            expected.lowercased() != "100-continue"
        {
            counters.malformedCount += 1
            return .refuse(.json(417, #"{"error":"the only expectation known is 100-continue"}"#))
        }
        if exchanges.count >= configuration.waitingRequestCountMax {
            counters.requestRefusedCount += 1
            return .refuse(.tooManyRequests)
        }
        switch delegate?.admits(request) {
        case .read(let byteCountMax, let admission):
            if case .counted(let count) = framing, count > byteCountMax {
                counters.bodyTooLargeCount += 1
                return .refuse(.bodyTooLarge)
            }
            return .read(byteCountMax: byteCountMax, admission: admission)
        case .refuse(let response): return .refuse(response)
        case nil: return .refuse(.json(503, #"{"error":"the gateway ends"}"#))
        }
    }

    private func sendContinue(_ wsi: OpaquePointer) -> Bool {
        var bytes = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
        return unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            unsafe lws_write(wsi, bytes.baseAddress, bytes.count, LWS_WRITE_HTTP) >= 0
        }
    }

    /// A piece of a body came.
    ///
    /// - Returns: 0 to go on, -1 to end the link.
    func receivedBody(_ bytes: UnsafeRawBufferPointer, link: Link, wsi: OpaquePointer) -> CInt {
        guard let exchange = link.exchange else { return -1 }
        switch exchange.phase {
        case .reading: break
        case .waiting: return 0
        case .discarding:
            exchange.discardedByteCount += bytes.count
            return exchange.discardedByteCount > Self.discardedByteCountMax ? -1 : 0
        }
        counters.bytesIn += bytes.count
        assemblyByteCount += bytes.count
        exchange.heldByteCount += bytes.count
        guard assemblyByteCount <= configuration.assemblyByteCountMax else {
            counters.requestRefusedCount += 1
            return unsafe refuse(.tooManyRequests, link: link, wsi: wsi)
        }
        guard exchange.framing == .chunked else {
            unsafe exchange.counted.append(contentsOf: bytes)
            return 0
        }
        do throws(ChunkedBody.Malformed) {
            let piece = unsafe [UInt8](bytes)
            try exchange.chunked.append(piece.span)
        } catch .tooLarge {
            counters.bodyTooLargeCount += 1
            return unsafe refuse(.bodyTooLarge, link: link, wsi: wsi)
        } catch {
            counters.malformedCount += 1
            let response = Response.json(400, #"{"error":"the body's chunks are malformed"}"#)
            return unsafe refuse(response, link: link, wsi: wsi)
        }
        return exchange.chunked.isDone ? unsafe completeBody(link, wsi: wsi) : 0
    }

    /// The whole body is there; libwebsockets may say so more than once.
    ///
    /// - Returns: 0 to wait for the answer, -1 to end the link.
    func completeBody(_ link: Link, wsi: OpaquePointer) -> CInt {
        guard let exchange = link.exchange else { return -1 }
        switch exchange.phase {
        case .reading: break
        case .waiting: return 0
        case .discarding: return -1
        }
        exchange.phase = .waiting
        link.deadline = timing.deadline(after: timing.answer, from: tick)
        unsafe holdBack(wsi)
        guard let admission = exchange.admission else {
            preconditionFailure("a body is read that nobody admitted")
        }
        delegate?.received(exchange.number, body: exchange.takeBody(), admission: admission)
        return 0
    }

    /// Answers at once, and reads on only so that the answer arrives.
    private func refuse(_ response: Response, link: Link, wsi: OpaquePointer) -> CInt {
        let exchange = link.exchange
        forgetExchange(link)
        counters.responseCount += 1
        guard unsafe write(response, to: wsi, isHead: false, isLast: true),
            let exchange, exchange.framing != .none
        else { return -1 }
        _ = exchange.takeBody()
        exchange.phase = .discarding
        link.exchange = exchange
        renewDeadline(link)
        return 0
    }

    /// Lets go of what is held for a link's request.
    func forgetExchange(_ link: Link) {
        guard let exchange = link.exchange else { return }
        link.exchange = nil
        exchanges[exchange.number] = nil
        assemblyByteCount -= exchange.heldByteCount
        exchange.heldByteCount = 0
        if drainDeadline != nil { stopWhenDrained() }
    }

    /// What is read of a body after its request was answered.
    private static let discardedByteCountMax = 16 << 20
}
