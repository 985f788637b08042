/// Why a handshake is refused, as an HTTP response.
///
/// Browsers hide it from their programs; it is for operators, logs and other libraries.
public enum HandshakeRefusal: Hashable, Sendable, Error {
    /// Neither `apikey` nor `x-api-key` came.
    case keyMissing

    /// The token's time is over.
    case tokenExpired

    /// The token says no role or no expiration time.
    case tokenFieldsMissing

    /// The token's time has not begun.
    case tokenNotYetValid

    /// A claim that the gateway was told to look at is not as it should be.
    case tokenClaimRefused(claim: String)

    /// What came as a token is none.
    case tokenMalformed

    /// The token is signed by somebody else.
    case tokenSignatureInvalid

    /// The gateway has no key for this token.
    case tokenSignerUnknown(keyID: String?)

    /// `vsn` names no serializer that the gateway has.
    case serializerUnknown

    /// The gateway, the user, the address or the key has as many connections as it may.
    case tooManyConnections

    /// The user, the address, the key or all of the node joins or connects too often.
    case tooManyJoins

    /// The gateway could not make sense of the token, such as an `exp` that is no number.
    case unexpected

    /// The HTTP status.
    public var status: Int { kind.status }

    /// The message in the body; nil when the body is empty.
    public var message: String? { kind.message(blanks) }

    /// The body: an object with `error`, or nothing.
    public var body: [UInt8] {
        guard let message else { return [] }
        var object = JSONObjectWriter(byteCount: 128)
        object.append("error", string: message)
        return object.finish().bytes
    }

    /// What whoever is refused does next.
    public var advice: Advice { kind.advice }

    /// Every refusal with its meaning, for the documentation.
    public static let catalogue: [CatalogueEntry] = HandshakeRefusalKind.allCases.map { kind in
        CatalogueEntry(
            code: String(kind.status),
            text: kind.message(TextBlanks()) ?? "(empty)",
            meaning: kind.meaning,
            advice: kind.advice
        )
    }

    private var blanks: TextBlanks {
        if case .tokenSignerUnknown(let keyID?) = self { return TextBlanks(keyID: keyID) }
        if case .tokenClaimRefused(let claim) = self { return TextBlanks(claim: claim) }
        return TextBlanks()
    }

    private var kind: HandshakeRefusalKind {
        switch self {
        case .keyMissing: .keyMissing
        case .tokenExpired: .tokenExpired
        case .tokenFieldsMissing: .tokenFieldsMissing
        case .tokenNotYetValid: .tokenNotYetValid
        case .tokenClaimRefused: .tokenClaimRefused
        case .tokenMalformed: .tokenMalformed
        case .tokenSignatureInvalid: .tokenSignatureInvalid
        case .tokenSignerUnknown(keyID: nil): .tokenSignerMissing
        case .tokenSignerUnknown: .tokenSignerUnknown
        case .serializerUnknown: .serializerUnknown
        case .tooManyConnections: .tooManyConnections
        case .tooManyJoins: .tooManyJoins
        case .unexpected: .unexpected
        }
    }
}
