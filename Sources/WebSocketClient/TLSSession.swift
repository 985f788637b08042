internal import CLibSSL

/// One encrypted stream as a machine: ciphertext goes in and out through memory, never a
/// descriptor.
///
/// So reading and writing stay in one place for both kinds of streams, and OpenSSL's own writes
/// cannot end the process by SIGPIPE.
@safe final class TLSSession {
    /// Owned; frees the two buffers with it.
    private let ssl: OpaquePointer
    /// Ciphertext from the other side; owned by `ssl`.
    private let arriving: OpaquePointer
    /// Ciphertext for the other side; owned by `ssl`.
    private let leaving: OpaquePointer

    private let verifies: Bool

    /// Whether plaintext can be written: certificates are verified by then.
    private(set) var isEstablished = false

    /// Whether the other side said that nothing more comes.
    private(set) var hasEnded = false

    /// Takes `ssl` over.
    init(_ ssl: OpaquePointer, host: String, verifies: Bool) throws(TLSFailure) {
        guard let arriving = unsafe BIO_new(BIO_s_mem()), let leaving = unsafe BIO_new(BIO_s_mem())
        else { preconditionFailure("no memory for a stream's buffers") }
        unsafe self.ssl = ssl
        unsafe self.arriving = arriving
        unsafe self.leaving = leaving
        unsafe SSL_set_bio(ssl, arriving, leaving)
        unsafe SSL_set_connect_state(ssl)
        self.verifies = verifies
        // An IP address is matched as one, and never named in the handshake.
        if unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1 { return }
        ERR_clear_error()
        guard unsafe waypost_ssl_set_host_name(ssl, host) == 1, unsafe SSL_set1_host(ssl, host) == 1
        else { throw .protocolBroken(code: UInt(ERR_get_error())) }
    }

    deinit {
        unsafe SSL_free(ssl)
    }

    /// Takes ciphertext as it arrived and goes on with the handshake if it is not over.
    func receive(_ ciphertext: ArraySlice<UInt8>) throws(TLSFailure) {
        unsafe ciphertext.withUnsafeBytes { bytes in
            let count = unsafe BIO_write(arriving, bytes.baseAddress, Int32(bytes.count))
            precondition(count == bytes.count, "a buffer in memory takes everything")
        }
        try establish()
    }

    /// Goes on with the handshake as far as it can without the other side.
    func establish() throws(TLSFailure) {
        guard !isEstablished else { return }
        ERR_clear_error()
        let answer = unsafe SSL_do_handshake(ssl)
        if answer == 1 {
            isEstablished = true
        } else {
            try check(answer)
        }
    }

    /// Moves plaintext that has arrived into `buffer`.
    ///
    /// - Returns: Bytes moved; 0 when there are none for now, or no more.
    func read(into buffer: inout [UInt8]) throws(TLSFailure) -> Int {
        guard isEstablished, !hasEnded else { return 0 }
        ERR_clear_error()
        let count = unsafe SSL_read(ssl, &buffer, Int32(buffer.count))
        guard count <= 0 else { return Int(count) }
        try check(count)
        return 0
    }

    /// Encrypts plaintext; the stream must be established.
    func write(_ plaintext: ArraySlice<UInt8>) throws(TLSFailure) {
        guard !plaintext.isEmpty else { return }
        ERR_clear_error()
        let count = unsafe plaintext.withUnsafeBytes { bytes in
            unsafe SSL_write(ssl, bytes.baseAddress, Int32(bytes.count))
        }
        guard count <= 0 else { return }
        try check(count)
    }

    /// Moves the ciphertext for the other side to the end of `bytes`.
    func takeCiphertext(_ bytes: inout [UInt8]) {
        let waiting = Int(unsafe BIO_ctrl_pending(leaving))
        guard waiting > 0 else { return }
        var ciphertext = [UInt8](repeating: 0, count: waiting)
        let count = unsafe BIO_read(leaving, &ciphertext, Int32(waiting))
        bytes.append(contentsOf: ciphertext.prefix(Int(max(count, 0))))
    }

    /// Tells an answer of OpenSSL that is only "not yet" from a failure.
    private func check(_ answer: Int32) throws(TLSFailure) {
        switch unsafe SSL_get_error(ssl, answer) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return
        case SSL_ERROR_ZERO_RETURN: hasEnded = true
        default:
            let code = unsafe SSL_get_verify_result(ssl)
            if verifies, !isEstablished, code != Int(X509_V_OK) {
                let meaning = unsafe String(cString: X509_verify_cert_error_string(code))
                throw .certificateRefused(code: code, meaning: meaning)
            }
            throw .protocolBroken(code: UInt(ERR_peek_error()))
        }
    }
}
