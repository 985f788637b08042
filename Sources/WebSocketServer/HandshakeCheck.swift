internal import CLibWebSockets

/// What a WebSocket handshake must look like, whoever asks.
///
/// libwebsockets checks the same, but hangs up without a word.
enum HandshakeCheck {
    /// What is wrong with a handshake.
    enum Failure {
        case upgrade
        case method
        case version
        case connection
        case host
        case key
        case subprotocol

        /// The answer to it.
        var response: Response {
            switch self {
            case .upgrade: Self.plain("only the upgrade to websocket is known\n")
            case .method: Self.plain("a WebSocket handshake is a GET request\n")
            case .version:
                Response(
                    status: 426,
                    body: Array("only WebSocket version 13 is known\n".utf8),
                    headers: [("sec-websocket-version", "13")]
                )
            case .connection: Self.plain("the connection header must name upgrade\n")
            case .host: Self.plain("the host header is missing\n")
            case .key: Self.plain("the sec-websocket-key header is missing or malformed\n")
            case .subprotocol: Self.plain("none of the subprotocols is known\n")
            }
        }

        private static func plain(_ text: String) -> Response {
            Response(status: 400, body: Array(text.utf8))
        }
    }

    /// libwebsockets copies these headers into 128 bytes and hangs up over longer ones.
    private static let listByteCountMax = 126

    static func failure(
        _ reader: RequestReader,
        _ request: Request,
        subprotocol: String
    ) -> Failure? {
        guard request.method == "GET" else { return .method }
        guard reader.header(WSI_TOKEN_VERSION) == "13" else { return .version }
        guard let connection = reader.header(WSI_TOKEN_CONNECTION),
            connection.utf8.count < listByteCountMax,
            items(connection.lowercased()).contains("upgrade")
        else { return .connection }
        guard reader.header(WSI_TOKEN_HOST) != nil else { return .host }
        guard reader.header(WSI_TOKEN_KEY)?.utf8.count == 24 else { return .key }
        if let offered = reader.header(WSI_TOKEN_PROTOCOL) {
            guard offered.utf8.count < listByteCountMax, items(offered).contains(subprotocol) else {
                return .subprotocol
            }
        }
        return nil
    }

    private static func items(_ list: String) -> [String] {
        list.split(separator: ",").map { item in
            var item = item
            while item.first == " " || item.first == "\t" { item.removeFirst() }
            while item.last == " " || item.last == "\t" { item.removeLast() }
            return String(item)
        }
    }
}
