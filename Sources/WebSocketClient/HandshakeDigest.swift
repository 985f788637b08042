internal import CLibSSL

/// The two computations of the handshake, done by OpenSSL.
enum HandshakeDigest {
    /// Answers what `Sec-WebSocket-Accept` must be for a key.
    static func accept(key: String) -> String {
        let text = Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
        unsafe SHA1(text, text.count, &digest)
        return base64(digest)
    }

    /// Encodes bytes with padding.
    static func base64(_ bytes: [UInt8]) -> String {
        // Four characters for three bytes, and the NUL that OpenSSL writes behind them.
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let count = unsafe EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text.prefix(Int(count)), as: UTF8.self)
    }
}
