internal import Wire

/// From the JSON of a token whose signature was right to claims that hold now.
extension Claims {
    /// Seconds by which the issuer's clock may be ahead of this one when it writes `nbf`.
    static let clockSkewSeconds: Int64 = 5

    /// Reads the claims and compares them with the rules and the clock.
    ///
    /// - Parameters:
    ///   - bytes: The claims' JSON.
    ///   - now: Seconds since 1970.
    ///   - rules: What is asked for beyond `role` and `exp`.
    /// - Throws: Every ``TokenRefusal`` but those about signatures.
    init(_ bytes: [UInt8], now: Int64, rules: TokenRules = TokenRules()) throws(TokenRefusal) {
        guard let json = try? JSON(parsing: bytes), json.objectValue != nil,
            json.names(Self.readNames + rules.requiredClaims, atMost: 1)
        else { throw .malformed }
        guard let role = json["role"]?.stringValue, !role.isEmpty, let expiration = json["exp"]
        else { throw .fieldsMissing }
        guard let expiresAt = Self.seconds(expiration) else { throw .expirationInvalid }
        let notBefore = try Self.optionalSeconds(json["nbf"])
        _ = try Self.optionalSeconds(json["iat"])
        let sub = json["sub"]?.stringValue
        // PostgreSQL's and C's strings end at a NUL; a role must not become a shorter one there.
        guard !role.utf8.contains(0), sub?.utf8.contains(0) != true else { throw .malformed }
        let endsAt = expiresAt + rules.leewaySeconds
        guard endsAt > now else { throw .expired(secondsAgo: now - endsAt) }
        if let notBefore, notBefore > now + Self.clockSkewSeconds + rules.leewaySeconds {
            throw .notYetValid(secondsToGo: notBefore - now)
        }
        if let name = Self.refusedClaim(json, rules) { throw .claimRefused(name: name) }
        self.init(
            role: role,
            expiresAt: endsAt,
            sub: sub,
            text: String(decoding: bytes, as: UTF8.self)
        )
    }

    private static let readNames = ["role", "exp", "nbf", "iat", "sub", "aud", "iss"]

    /// The first claim that is not as the rules have it.
    private static func refusedClaim(_ json: JSON, _ rules: TokenRules) -> String? {
        if let issuer = rules.issuer, json["iss"] != .string(issuer) { return "iss" }
        if let audience = rules.audience {
            let given = json["aud"]?.arrayValue ?? json["aud"].map { [$0] } ?? []
            guard given.contains(.string(audience)) else { return "aud" }
        }
        return rules.requiredClaims.first { json[$0] == nil || json[$0] == .null }
    }

    private static func optionalSeconds(_ json: JSON?) throws(TokenRefusal) -> Int64? {
        guard let json else { return nil }
        guard let seconds = seconds(json) else { throw .malformed }
        return seconds
    }

    /// Rounds a number to seconds, within the years ±9999; nil when it is no number.
    private static func seconds(_ json: JSON) -> Int64? {
        guard case .number(let digits) = json, let number = Double(digits) else { return nil }
        let farthest = Double(Claims.lastSecond)
        return Int64(min(max(number, -farthest), farthest).rounded())
    }
}
