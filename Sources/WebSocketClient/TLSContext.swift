internal import CLibSSL

/// What all encrypted streams of one trust have in common: OpenSSL's `SSL_CTX`.
///
/// TLS 1.2 or newer; certificates are verified against the trust and the host's name.
@safe final class TLSContext {
    private let context: OpaquePointer
    private let verifies: Bool

    init(trust: TLSTrust) throws(TLSFailure) {
        ERR_clear_error()
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw .protocolBroken(code: UInt(ERR_get_error()))
        }
        unsafe self.context = context
        verifies = trust != .anybody
        guard unsafe waypost_ssl_ctx_require_tls12(context) == 1 else {
            throw .protocolBroken(code: UInt(ERR_get_error()))
        }
        switch trust {
        case .system:
            guard unsafe SSL_CTX_set_default_verify_paths(context) == 1 else {
                throw .trustUnreadable
            }
        case .file(let path):
            guard unsafe SSL_CTX_load_verify_file(context, path) == 1 else {
                throw .trustUnreadable
            }
        case .anybody: break
        }
        unsafe SSL_CTX_set_verify(context, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
    }

    deinit {
        unsafe SSL_CTX_free(context)
    }

    /// Begins a stream to a host.
    ///
    /// - Parameter host: The name or IP address that the certificate must be for.
    /// - Returns: The stream, its first message not made yet.
    /// - Throws: ``TLSFailure/protocolBroken(code:)``.
    func session(host: String) throws(TLSFailure) -> TLSSession {
        ERR_clear_error()
        guard let ssl = unsafe SSL_new(context) else {
            throw .protocolBroken(code: UInt(ERR_get_error()))
        }
        return try unsafe TLSSession(ssl, host: host, verifies: verifies)
    }
}
