/// Feeds texts to everything that reads a token before its signature is known, and after it.
///
/// Compiled together with the sources of Wire and the readers of Tokens; see `Fuzz/run`.
@c(LLVMFuzzerTestOneInput)
public func fuzzToken(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let token = try? TokenParts(String(decoding: bytes, as: UTF8.self)) {
        let parts = [token.header, token.claims, token.signature].map(Base64URL.encode)
        precondition(
            Array(token.signedText) == parts[0] + [UInt8(ascii: ".")] + parts[1],
            "a text has two forms"
        )
        read(token.header)
        read(token.claims)
    }
    read(bytes)
    return 0
}

private func read(_ bytes: [UInt8]) {
    if let header = try? TokenHeader(bytes) {
        precondition((header.kid ?? "").utf8.count <= TokenHeader.kidByteCountMax, "a long name")
        _ = SignatureAlgorithm(name: header.algorithm)
    }
    var rules = TokenRules()
    for now in [Int64(0), 1_900_000_000] {
        guard let claims = try? Claims(bytes, now: now, rules: rules) else { continue }
        precondition(!claims.role.isEmpty && claims.expiresAt > now, "claims that hold no more")
        precondition(!claims.role.utf8.contains(0), "a role that is shorter elsewhere")
        precondition(Array(claims.text.utf8) == bytes, "claims changed on their way")
        let again = try? JSON(parsing: bytes)
        precondition(again?["role"] == .string(claims.role), "two roles in one token")
    }
    rules.issuer = "me"
    rules.audience = "us"
    rules.requiredClaims = ["plan"]
    guard (try? Claims(bytes, now: 0, rules: rules)) != nil else { return }
    let tree = try? JSON(parsing: bytes)
    precondition(tree?["iss"] == .string("me") && tree?["plan"] != nil, "a rule was passed over")
}
