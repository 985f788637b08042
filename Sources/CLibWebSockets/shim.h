#pragma once

#include <libwebsockets.h>

// Macros Swift cannot see, or sees with another type.
static inline enum lws_write_protocol lws_shim_write_raw(void) { return LWS_WRITE_RAW; }
static inline uint64_t lws_shim_context_options(void) {
  return LWS_SERVER_OPTION_LIBEV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
         LWS_SERVER_OPTION_VALIDATE_UTF8 | LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
}
static inline uint64_t lws_shim_tls_options(void) { return LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT; }
static inline long lws_shim_openssl_options(void) {
  return (long)(SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_RENEGOTIATION);
}

#include <sys/socket.h>
#ifndef __USE_GNU
extern int accept4(int descriptor, struct sockaddr *address, socklen_t *count, int flags);
#endif
// accept4 is hidden from Swift's Glibc, and so are its flags' types.
static inline int accept4_nonblocking(int descriptor, struct sockaddr *address,
                                      socklen_t *count) {
  return accept4(descriptor, address, count, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
