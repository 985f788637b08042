import Testing
import WebSocketClient
import Wire

@Suite struct WebSocketAddressGatewayTests {
    @Test(
        "The URL of a gateway becomes that of its WebSocket",
        arguments: [
            ("http://a:1", "/socket/websocket"), ("http://a:1/", "/socket/websocket"),
            ("ws://a:1/socket", "/socket/websocket"), ("ws://a:1/socket/", "/socket/websocket"),
            ("ws://a:1/socket/websocket", "/socket/websocket"),
            ("https://a:1/realtime/v1", "/realtime/v1/websocket"),
            ("https://a:1/realtime/v1//", "/realtime/v1/websocket"),
            ("wss://a:1/realtime/v1/websocket", "/realtime/v1/websocket"),
            ("wss://a:1/gateway", "/gateway/socket/websocket"),
        ]
    )
    func paths(gateway: String, path: String) throws {
        let address = try WebSocketAddress(gateway: gateway, apiKey: nil, serializer: .v1)
        #expect(address.target == path + "?vsn=1.0.0")
        #expect(address.port == 1)
        #expect(address.isSecure == (gateway.hasPrefix("wss") || gateway.hasPrefix("https")))
    }

    @Test("Token and serializer go into the query, behind what is there")
    func query() throws {
        let address = try WebSocketAddress(
            gateway: "http://a?log_level=info",
            apiKey: "e30.e30.e30",
            serializer: .v2
        )
        #expect(address.target == "/socket/websocket?log_level=info&apikey=e30.e30.e30&vsn=2.0.0")
    }
}
