/// The ways of signing that the gateway knows, by their names in a token's header.
///
/// The name in a token selects only among these; it never says what kind of key a key is. A further
/// kind of key is a further group of cases here and a case of ``VerificationKey/Material``.
enum SignatureAlgorithm: String, CaseIterable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case es256 = "ES256"
    case edDSA = "EdDSA"

    /// Finds the algorithm of a name, as tokens and key sets write it.
    ///
    /// EdDSA goes by the name of its curve too (RFC 9864); of its curves there is Ed25519 only.
    init?(name: String) {
        self.init(rawValue: name == "Ed25519" ? Self.edDSA.rawValue : name)
    }

    /// Whether whoever can verify can also sign.
    var isSymmetric: Bool {
        switch self {
        case .hs256, .hs384, .hs512: true
        case .rs256, .rs384, .rs512, .es256, .edDSA: false
        }
    }
}
