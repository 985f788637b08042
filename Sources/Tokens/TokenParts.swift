/// A token's three parts, decoded but not yet believed.
struct TokenParts {
    /// Bytes that a token may have, before anything is stripped off it.
    static let byteCountMax = 16_384

    /// The header's JSON.
    let header: [UInt8]

    /// The claims' JSON.
    let claims: [UInt8]

    /// The signature.
    let signature: [UInt8]

    /// What the signature is over: header and claims, encoded, with the dot between them.
    let signedText: ArraySlice<UInt8>

    /// Takes a token apart as it came from outside.
    ///
    /// Libraries and people send tokens percent-encoded and with line breaks in them, so both are
    /// undone first.
    ///
    /// - Throws: ``TokenRefusal/malformed``.
    init(_ token: String) throws(TokenRefusal) {
        guard token.utf8.count <= Self.byteCountMax, let text = Self.plain(token.utf8) else {
            throw .malformed
        }
        let dot = UInt8(ascii: ".")
        let parts = text.split(separator: dot, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3,
            let header = Base64URL.decode(parts[0]),
            let claims = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { throw .malformed }
        self.header = header
        self.claims = claims
        self.signature = signature
        signedText = text[..<parts[1].endIndex]
    }

    /// Undoes percent-encoding and leaves white space out; nil when an escape is none.
    private static func plain(_ token: String.UTF8View) -> [UInt8]? {
        var text: [UInt8] = []
        text.reserveCapacity(token.count)
        var rest = token.makeIterator()
        while var byte = rest.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = hexadecimal(rest.next()), let low = hexadecimal(rest.next()) else {
                    return nil
                }
                byte = high << 4 | low
            }
            switch byte {
            case 0x09...0x0D, 0x20: continue
            default: text.append(byte)
            }
        }
        return text
    }

    private static func hexadecimal(_ digit: UInt8?) -> UInt8? {
        guard let digit else { return nil }
        return Character(Unicode.Scalar(digit)).hexDigitValue.map(UInt8.init)
    }
}
