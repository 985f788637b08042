internal import CLibWebSockets

extension Loop {
    /// Decides about a WebSocket handshake; a refusal is written here, as libwebsockets' own answer
    /// would call itself HTTP/1.0, which clients reject.
    ///
    /// - Returns: 0 to go on with the handshake, -1 to end the link.
    func confirmUpgrade(_ link: Link, wsi: OpaquePointer) -> CInt {
        let reader = unsafe RequestReader(wsi: wsi, byteCountMax: configuration.headerByteCountMax)
        // The header is read anew: the pointer libwebsockets hands over may be freed already when
        // its value is unknown, and then libwebsockets has answered itself.
        switch reader.header(WSI_TOKEN_UPGRADE)?.lowercased() {
        case "websocket": break
        case "h2c":
            return unsafe refuse(HandshakeCheck.Failure.upgrade.response, wsi: wsi, isOurs: true)
        default: return -1
        }
        guard link.phase == .halfOpen,
            let request = reader.request(link, fields: headerFields, isTLS: isTLS(link))
        else { return -1 }
        if let failure = HandshakeCheck.failure(
            reader,
            request,
            subprotocol: configuration.subprotocol
        ) {
            return unsafe refuse(failure.response, wsi: wsi, isOurs: true)
        }
        switch delegate?.handshake(request) {
        case .accept(let admission):
            link.acceptance = Link.Acceptance(request: request, admission: admission)
            return 0
        case .refuse(let response): return unsafe refuse(response, wsi: wsi, isOurs: false)
        case nil: return -1
        }
    }

    /// Answers a request that asks for no WebSocket, or begins to read its body.
    ///
    /// - Returns: 0 to wait for what comes next, -1 to end the link when the answer is written.
    func answerRequest(_ link: Link, wsi: OpaquePointer) -> CInt {
        let reader = unsafe RequestReader(wsi: wsi, byteCountMax: configuration.headerByteCountMax)
        guard link.phase == .halfOpen,
            let request = reader.request(link, fields: headerFields, isTLS: isTLS(link))
        else { return -1 }
        if request.method == "POST" {
            return unsafe beginExchange(request, reader, link: link, wsi: wsi)
        }
        let isHead = request.method == "HEAD"
        guard isHead || request.method == "GET" || request.method == "OPTIONS" else {
            counters.responseCount += 1
            _ = unsafe write(.methodNotAllowed, to: wsi, isHead: false, isLast: true)
            return -1
        }
        if request.method == "GET", !reader.hasBody, let admission = delegate?.defers(request) {
            let mayContinue = mayContinue(reader)
            return unsafe beginDeferred(admission, mayContinue: mayContinue, link: link, wsi: wsi)
        }
        guard let response = delegate?.respond(to: request) else { return -1 }
        if !reader.hasBody, mayContinue(reader) {
            return unsafe answerLater(request, response, link: link, wsi: wsi)
        }
        counters.responseCount += 1
        _ = unsafe write(response, to: wsi, isHead: isHead, isLast: true)
        return -1
    }

    /// Whether a further request may follow on the same TCP connection.
    func mayContinue(_ reader: RequestReader) -> Bool {
        guard reader.header(WSI_TOKEN_HTTP) == "HTTP/1.1" else { return false }
        let connection = reader.header(WSI_TOKEN_CONNECTION)?.lowercased()
        return connection == nil || connection == "keep-alive"
    }

    private func isTLS(_ link: Link) -> Bool { configuration.listeners[link.listener].tls != nil }

    private func refuse(_ response: Response, wsi: OpaquePointer, isOurs: Bool) -> CInt {
        if isOurs { counters.malformedCount += 1 } else { counters.refusedCount += 1 }
        _ = unsafe write(response, to: wsi, isHead: false, isLast: true)
        return -1
    }

    func write(
        _ response: Response,
        to wsi: OpaquePointer,
        isHead: Bool,
        isLast: Bool
    ) -> Bool {
        var bytes = response.bytes(isHead: isHead, isLast: isLast)
        counters.writeCount += 1
        return unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            unsafe lws_write(wsi, bytes.baseAddress, bytes.count, LWS_WRITE_HTTP) >= 0
        }
    }
}
