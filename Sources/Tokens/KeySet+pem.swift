internal import Crypto
internal import CryptoExtras

extension KeySet {
    /// Reads the public keys of a PEM file; none of them has a name.
    ///
    /// - Parameter bytes: The file; one block `PUBLIC KEY` or `RSA PUBLIC KEY`, or several.
    /// - Throws: ``KeySetRefusal``; a block that cannot be used is an error here, as somebody put
    ///   it there on purpose.
    public init(pem bytes: [UInt8]) throws(KeySetRefusal) {
        guard bytes.count <= Self.byteCountMax else { throw .tooLong }
        guard let blocks = PEMBlock.all(in: String(decoding: bytes, as: UTF8.self)),
            !blocks.isEmpty
        else { throw .noPublicKey }
        guard blocks.count <= Self.pemKeyCountMax else {
            throw .tooManyKeys(countMax: Self.pemKeyCountMax)
        }
        var entries: [Entry] = []
        for block in blocks {
            guard !block.label.hasSuffix("PRIVATE KEY") else { throw .privateKey }
            guard ["PUBLIC KEY", "RSA PUBLIC KEY"].contains(block.label) else {
                throw .noPublicKey
            }
            guard let material = VerificationKey.Material(der: block) else { throw .keyUnusable }
            entries.append(Entry(kid: nil, key: VerificationKey(material)))
        }
        self.init(entries: entries, skippedCount: 0)
    }

    /// Keys of one PEM file: without names, each of a kind is tried for a token.
    static let pemKeyCountMax = 8
}

extension VerificationKey.Material {
    /// Reads a public key; its own bytes say of which kind it is.
    init?(der block: PEMBlock) {
        if let point = block.ed25519(after: PEMBlock.ed25519PublicPrefix),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: point)
        {
            self = .ed25519(key)
        } else if let key = try? P256.Signing.PublicKey(derRepresentation: block.bytes) {
            self = .p256(key)
        } else {
            self.init(rsa: try? _RSA.Signing.PublicKey(derRepresentation: block.bytes))
        }
    }
}
