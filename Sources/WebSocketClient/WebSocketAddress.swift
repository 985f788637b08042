/// Where a WebSocket is: the parts of a `ws://` or `wss://` URL.
///
/// `http://` and `https://` are taken as well and mean the same two, as the libraries of other
/// languages are given such URLs.
public struct WebSocketAddress: Hashable, Sendable {
    /// Why a text is not the address of a WebSocket.
    public enum Malformed: Error, Hashable, Sendable {
        /// It begins with none of `ws://`, `wss://`, `http://`, `https://`.
        case schemeUnknown

        /// There is no host, or one with characters that no host has; names and passwords before
        /// the host are not taken either.
        case hostInvalid

        /// The port is no number from 1 to 65535.
        case portInvalid

        /// Path or query contain white space or control characters.
        case targetInvalid
    }

    /// Whether the connection is encrypted: `wss`.
    public let isSecure: Bool

    /// A name or an IP address, the latter without brackets.
    public let host: String

    /// The port, by default 80, or 443 when secure.
    public let port: UInt16

    /// The path, beginning with a slash, without a query.
    public var path: String

    /// What follows the question mark, without it; empty for nothing.
    public var query: String

    /// Takes a URL apart.
    ///
    /// - Parameter url: Such as `wss://example.org:8443/socket/websocket?vsn=2.0.0`. A fragment is
    ///   left out.
    /// - Throws: ``Malformed``.
    public init(_ url: String) throws(Malformed) {
        guard let separator = url.firstRange(of: "://") else { throw .schemeUnknown }
        switch url[..<separator.lowerBound].lowercased() {
        case "ws", "http": isSecure = false
        case "wss", "https": isSecure = true
        default: throw .schemeUnknown
        }
        let rest = url[separator.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let (host, port) = try Self.hostAndPort(authority)
        self.host = host
        self.port = port ?? (isSecure ? 443 : 80)
        let target = rest[authority.endIndex...]
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .targetInvalid }
        let path = target.prefix { $0 != "?" }
        self.path = path.isEmpty ? "/" : String(path)
        query = String(target[path.endIndex...].dropFirst())
    }

    /// What a request asks for: path and query.
    public var target: String { query.isEmpty ? path : "\(path)?\(query)" }

    /// The value of a request's `Host` header.
    public var hostHeader: String {
        let bracketed = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? bracketed : "\(bracketed):\(port)"
    }

    /// Appends a query parameter, percent-encoded as needed.
    ///
    /// - Parameters:
    ///   - name: The parameter's name.
    ///   - value: Its value, any text.
    public mutating func appendQuery(_ name: String, _ value: String) {
        if !query.isEmpty { query += "&" }
        query += Self.percentEncoded(name) + "=" + Self.percentEncoded(value)
    }

    private static func hostAndPort(
        _ authority: Substring
    ) throws(Malformed) -> (host: String, port: UInt16?) {
        let host: Substring
        let rest: Substring
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { throw .hostInvalid }
            host = authority[..<end].dropFirst()
            rest = authority[authority.index(after: end)...]
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." })
            else { throw .hostInvalid }
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority[host.endIndex...]
            guard !host.isEmpty, host.utf8.allSatisfy(isHostByte) else { throw .hostInvalid }
        }
        guard !rest.isEmpty else { return (String(host), nil) }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(digits), port > 0
        else { throw .portInvalid }
        return (String(host), port)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if isHostByte(byte) || byte == UInt8(ascii: "~") {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
