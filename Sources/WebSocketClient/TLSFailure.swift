/// Why an encrypted stream could not be set up, or could not go on.
public enum TLSFailure: Error, Hashable, Sendable {
    /// The certificates to trust could not be loaded.
    case trustUnreadable

    /// The gateway's certificate is not to be trusted for this host.
    ///
    /// - Parameters:
    ///   - code: OpenSSL's number, an `X509_V_ERR`.
    ///   - meaning: OpenSSL's words for it.
    case certificateRefused(code: Int, meaning: String)

    /// The other side does not speak TLS as it should, or gave up.
    ///
    /// - Parameter code: OpenSSL's number for the first error; 0 when it has none.
    case protocolBroken(code: UInt)
}

extension TLSFailure: CustomStringConvertible {
    /// The failure in a few words.
    public var description: String {
        switch self {
        case .trustUnreadable: "the certificates to trust cannot be read"
        case .certificateRefused(let code, let meaning): "\(meaning) (\(code))"
        case .protocolBroken(let code): "protocol error \(code)"
        }
    }
}
