public import Wire

/// From the URL of a gateway, as libraries are given it, to that of its WebSocket.
extension WebSocketAddress {
    /// Completes the URL of a gateway.
    ///
    /// A URL that ends in `/socket` or `/realtime/v1` gets `/websocket`, one that ends in
    /// `/websocket` stays, and any other gets `/socket/websocket`.
    ///
    /// - Parameters:
    ///   - gateway: Such as `http://127.0.0.1:4000` or `wss://example.org/realtime/v1`.
    ///   - apiKey: The token of the connection, for the query; nil for none.
    ///   - serializer: The form of messages to ask for.
    /// - Throws: ``Malformed``.
    public init(gateway: String, apiKey: String?, serializer: Serializer) throws(Malformed) {
        try self.init(gateway)
        while path.hasSuffix("/") { path.removeLast() }
        if path.hasSuffix("/socket") || path.hasSuffix("/realtime/v1") {
            path += "/websocket"
        } else if !path.hasSuffix("/websocket") {
            path += "/socket/websocket"
        }
        if let apiKey { appendQuery("apikey", apiKey) }
        switch serializer {
        case .v1: appendQuery("vsn", "1.0.0")
        case .v2: appendQuery("vsn", "2.0.0")
        }
    }
}
