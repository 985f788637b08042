internal import Wire

/// From the JSON of a token whose signature was right to claims that hold now.
extension Claims {
    /// Seconds by which the issuer's clock may be ahead of this one when it writes `nbf`.
    static let clockSkewSeconds: Int64 = 5

    /// Reads the claims and compares them with the clock.
    ///
    /// - Parameters:
    ///   - bytes: The claims' JSON.
    ///   - now: Seconds since 1970.
    /// - Throws: Every ``TokenRefusal`` but those about signatures.
    init(_ bytes: [UInt8], now: Int64) throws(TokenRefusal) {
        guard let json = try? JSON(parsing: bytes), json.objectValue != nil,
            json.names(["role", "exp", "nbf", "iat", "sub"], atMost: 1)
        else { throw .malformed }
        guard let role = json["role"]?.stringValue, !role.isEmpty, let expiration = json["exp"]
        else { throw .fieldsMissing }
        guard let expiresAt = Self.seconds(expiration) else { throw .expirationInvalid }
        let notBefore = try Self.optionalSeconds(json["nbf"])
        _ = try Self.optionalSeconds(json["iat"])
        let sub = json["sub"]?.stringValue
        // PostgreSQL's and C's strings end at a NUL; a role must not become a shorter one there.
        guard !role.utf8.contains(0), sub?.utf8.contains(0) != true else { throw .malformed }
        guard expiresAt > now else { throw .expired(secondsAgo: now - expiresAt) }
        if let notBefore, notBefore > now + Self.clockSkewSeconds {
            throw .notYetValid(secondsToGo: notBefore - now)
        }
        self.init(
            role: role,
            expiresAt: expiresAt,
            sub: sub,
            text: String(decoding: bytes, as: UTF8.self)
        )
    }

    private static func optionalSeconds(_ json: JSON?) throws(TokenRefusal) -> Int64? {
        guard let json else { return nil }
        guard let seconds = seconds(json) else { throw .malformed }
        return seconds
    }

    /// Rounds a number to seconds, within the years ±9999; nil when it is no number.
    private static func seconds(_ json: JSON) -> Int64? {
        guard case .number(let digits) = json, let number = Double(digits) else { return nil }
        let farthest = 253_402_300_799.0
        return Int64(min(max(number, -farthest), farthest).rounded())
    }
}
