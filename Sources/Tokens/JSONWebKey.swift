internal import Wire

/// One key of a JSON Web Key Set, read and not yet made into a key (RFC 7517, 7518, 8037).
struct JSONWebKey: Equatable {
    /// The numbers that a key consists of, big-endian.
    enum Parts: Equatable {
        case rsa(modulus: [UInt8], exponent: [UInt8])
        case p256(x: [UInt8], y: [UInt8])
        case ed25519(x: [UInt8])
        case secret([UInt8])
    }

    /// What tokens call the key, at most 255 bytes.
    let kid: String?

    /// The one algorithm that the key is for; nil for all that its kind can do.
    let algorithm: SignatureAlgorithm?

    let parts: Parts

    /// Reads a key; nil when it is none that signatures could be checked with.
    ///
    /// Private parts are passed over. A key for encryption, or for an algorithm that the gateway
    /// does not know, is none. Whether algorithm and kind fit is for whoever makes the key.
    init?(_ json: JSON) {
        guard json.objectValue != nil, json.names(Self.memberNames, atMost: 1),
            Self.mayVerify(json), let parts = Self.parts(json)
        else { return nil }
        switch json["kid"] {
        case nil, .null: kid = nil
        case .string(let text) where text.utf8.count <= TokenHeader.kidByteCountMax: kid = text
        default: return nil
        }
        switch json["alg"] {
        case nil, .null: algorithm = nil
        case .string(let name):
            guard let known = SignatureAlgorithm(name: name) else { return nil }
            algorithm = known
        default: return nil
        }
        self.parts = parts
    }

    private static let memberNames = [
        "kty", "kid", "alg", "use", "key_ops", "crv", "x", "y", "n", "e", "k",
    ]

    /// Bytes that a number of a key may have: an RSA modulus of 8192 bits and a zero before it.
    private static let numberByteCountMax = 1_025

    private static func mayVerify(_ json: JSON) -> Bool {
        if let use = json["use"], use != .string("sig") { return false }
        guard let operations = json["key_ops"] else { return true }
        return operations.arrayValue?.contains(.string("verify")) == true
    }

    private static func parts(_ json: JSON) -> Parts? {
        func number(_ name: String) -> [UInt8]? {
            guard let text = json[name]?.stringValue, let bytes = Base64URL.decode(text.utf8),
                !bytes.isEmpty, bytes.count <= numberByteCountMax
            else { return nil }
            return bytes
        }
        switch (json["kty"]?.stringValue, json["crv"]?.stringValue) {
        case ("RSA", _):
            guard let modulus = number("n"), let exponent = number("e") else { return nil }
            return .rsa(modulus: modulus, exponent: exponent)
        case ("EC", "P-256"):
            guard let x = number("x"), let y = number("y"), x.count == 32, y.count == 32 else {
                return nil
            }
            return .p256(x: x, y: y)
        case ("OKP", "Ed25519"):
            guard let x = number("x"), x.count == 32 else { return nil }
            return .ed25519(x: x)
        case ("oct", _): return number("k").map { .secret($0) }
        default: return nil
        }
    }
}
