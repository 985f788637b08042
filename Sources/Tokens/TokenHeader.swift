internal import Wire

/// What a token says of itself before anything about it is known to be true.
struct TokenHeader: Equatable {
    /// Bytes of a key's name that are looked at and told back.
    static let kidByteCountMax = 255

    /// The name of the algorithm, not yet compared with those that the gateway knows.
    let algorithm: String

    /// The name of the key, if there is one.
    let kid: String?

    /// Reads a header.
    ///
    /// A header with `crit` asks for rules that the gateway does not know, and RFC 7515 has it
    /// refused.
    ///
    /// - Parameter bytes: The header's JSON.
    /// - Throws: ``TokenRefusal/malformed``.
    init(_ bytes: [UInt8]) throws(TokenRefusal) {
        guard let json = try? JSON(parsing: bytes), json.objectValue != nil,
            json.names(["alg", "kid", "crit"], atMost: 1), json["crit"] == nil,
            let algorithm = json["alg"]?.stringValue
        else { throw .malformed }
        self.algorithm = algorithm
        switch json["kid"] {
        case nil, .null: kid = nil
        case .string(let kid) where kid.utf8.count <= Self.kidByteCountMax: self.kid = kid
        default: throw .malformed
        }
    }
}
