internal import CLibWebSockets
import Glibc

extension Listener.TLSFiles {
    /// Reads both files and looks whether TLS can be served with them.
    ///
    /// - Throws: ``LoopError`` naming the file.
    public func check() throws(LoopError) { try CertificateCheck.check(self) }
}

/// Says what is wrong with a certificate and its key, before libwebsockets sees them.
///
/// libwebsockets only writes a log line and, when certificates change at run time, ignores that it
/// failed; the operator needs to know which file it was.
enum CertificateCheck {
    /// Loads both files into a context that is thrown away.
    static func check(_ files: Listener.TLSFiles) throws(LoopError) {
        for path in [files.certificatePath, files.keyPath] where unsafe access(path, R_OK) != 0 {
            throw .fileUnreadable(path: path)
        }
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else { throw .engineFailed }
        defer {
            unsafe SSL_CTX_free(context)
            ERR_clear_error()
        }
        // A key with a passphrase must not make OpenSSL ask for it on the terminal.
        unsafe SSL_CTX_set_default_passwd_cb(context) { _, _, _, _ in 0 }
        guard unsafe SSL_CTX_use_certificate_chain_file(context, files.certificatePath) == 1 else {
            throw .certificateInvalid(path: files.certificatePath)
        }
        guard
            unsafe SSL_CTX_use_PrivateKey_file(context, files.keyPath, SSL_FILETYPE_PEM) == 1
        else {
            // OpenSSL compares a key with the certificate while loading it.
            let isMismatch = Int32(ERR_peek_last_error() & 0x7F_FFFF) == X509_R_KEY_VALUES_MISMATCH
            throw isMismatch
                ? .keyMismatch(certificatePath: files.certificatePath, keyPath: files.keyPath)
                : .keyInvalid(path: files.keyPath)
        }
        guard unsafe SSL_CTX_check_private_key(context) == 1 else {
            throw .keyMismatch(certificatePath: files.certificatePath, keyPath: files.keyPath)
        }
    }
}
