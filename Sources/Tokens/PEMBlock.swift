internal import FoundationEssentials

/// One block of a PEM file: what it says it is, and its bytes (RFC 7468).
struct PEMBlock: Equatable {
    /// Such as `PUBLIC KEY`.
    let label: String

    /// The DER inside.
    let bytes: [UInt8]

    /// Reads every block of a text; whatever stands between blocks is passed over.
    ///
    /// - Returns: Nil when a block does not end, ends as another, or is no base64.
    static func all(in text: String) -> [PEMBlock]? {
        var blocks: [PEMBlock] = []
        var open: (label: String, base64: String)?
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.drop(while: \.isWhitespace)
            if let label = name(line, after: "-----BEGIN ") {
                guard open == nil else { return nil }
                open = (label, "")
            } else if let label = name(line, after: "-----END ") {
                guard let block = open, block.label == label,
                    let data = Data(base64Encoded: block.base64)
                else { return nil }
                blocks.append(PEMBlock(label: label, bytes: Array(data)))
                open = nil
            } else {
                open?.base64 += line.filter { !$0.isWhitespace }
            }
        }
        return open == nil ? blocks : nil
    }

    private static func name(_ line: Substring, after start: String) -> String? {
        guard line.hasPrefix(start) else { return nil }
        let rest = line.dropFirst(start.count)
        guard let end = rest.firstRange(of: "-----") else { return nil }
        return String(rest[..<end.lowerBound])
    }

    /// What stands before the 32 bytes of an Ed25519 key in its DER (RFC 8410).
    static let ed25519PublicPrefix: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    /// The same before a private key.
    static let ed25519PrivatePrefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ]

    /// The 32 bytes behind a prefix; nil when the block is something else.
    func ed25519(after prefix: [UInt8]) -> [UInt8]? {
        guard bytes.count == prefix.count + 32, bytes.starts(with: prefix) else { return nil }
        return Array(bytes.dropFirst(prefix.count))
    }
}
