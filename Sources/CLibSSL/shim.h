/* What Swift cannot see of OpenSSL's headers: calls that are macros with a cast or a cast constant. */
#ifndef WAYPOST_CLIBSSL_SHIM_H
#define WAYPOST_CLIBSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* Names the host in the handshake (SNI). Answers 1 on success. */
static inline int waypost_ssl_set_host_name(SSL *ssl, const char *name) {
    return (int)SSL_set_tlsext_host_name(ssl, name);
}

/* Refuses everything older than TLS 1.2. Answers 1 on success. */
static inline int waypost_ssl_ctx_require_tls12(SSL_CTX *context) {
    return (int)SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}

#endif
