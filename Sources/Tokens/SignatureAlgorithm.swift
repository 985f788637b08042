/// The ways of signing that the gateway knows, by their names in a token's header.
///
/// The name in a token selects only among these; it never says what kind of key a key is. A further
/// kind of key is a further group of cases here and a case of ``VerificationKey``.
enum SignatureAlgorithm: String, CaseIterable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
}
