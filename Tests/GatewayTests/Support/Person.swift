import FoundationEssentials
import Tokens

/// A person of the demonstration.
///
/// Ana owns the trips 1 and 2; Ben edits trip 1; Cleo looks at trip 2 and owns trip 3.
enum Person: String {
    case ana = "a0000000-0000-4000-8000-000000000001"
    case ben = "b0000000-0000-4000-8000-000000000002"
    case cleo = "c0000000-0000-4000-8000-000000000003"

    static let secret = "a secret of the tests, of 32 bytes and more"

    static var unixSeconds: Int64 { Int64(Date.now.timeIntervalSince1970) }

    /// A token that names this person, for an hour.
    var token: String { token() }

    /// A token that names this person.
    func token(
        role: String = "authenticated",
        lastingSeconds: Int64 = 3_600,
        secret: String = Person.secret
    ) -> String {
        let minted = try? TokenMinter(secret: secret).mint(
            role: role,
            sub: rawValue,
            expiresAt: Self.unixSeconds + lastingSeconds,
            issuedAt: Self.unixSeconds - 7_200
        )
        return minted ?? "no token"
    }
}
