/* epoll(7), which is not part of Swift's Glibc module. */
#ifndef WAYPOST_CLIBEPOLL_SHIM_H
#define WAYPOST_CLIBEPOLL_SHIM_H

#include <sys/epoll.h>

#endif
