#pragma once

// libev's interface is mostly macros, which Swift cannot see: each one used is a function here.

#include <ev.h>

static inline unsigned ev_shim_backends(void) { return EVBACKEND_EPOLL | EVFLAG_NOENV; }
static inline void ev_shim_run(struct ev_loop *loop) { ev_run(loop, 0); }
static inline void ev_shim_break(struct ev_loop *loop) { ev_break(loop, EVBREAK_ALL); }

static inline void ev_shim_async_init(ev_async *watcher,
                                      void (*callback)(struct ev_loop *, ev_async *, int),
                                      void *data) {
  ev_async_init(watcher, callback);
  watcher->data = data;
}

static inline void ev_shim_prepare_init(ev_prepare *watcher,
                                        void (*callback)(struct ev_loop *, ev_prepare *, int),
                                        void *data) {
  ev_prepare_init(watcher, callback);
  watcher->data = data;
}

static inline void ev_shim_idle_init(ev_idle *watcher,
                                     void (*callback)(struct ev_loop *, ev_idle *, int),
                                     void *data) {
  ev_idle_init(watcher, callback);
  watcher->data = data;
}

static inline void ev_shim_readable_init(ev_io *watcher,
                                         void (*callback)(struct ev_loop *, ev_io *, int),
                                         int descriptor, void *data) {
  ev_io_init(watcher, callback, descriptor, EV_READ);
  watcher->data = data;
}

static inline void ev_shim_timer_init(ev_timer *watcher,
                                      void (*callback)(struct ev_loop *, ev_timer *, int),
                                      double seconds, void *data) {
  ev_timer_init(watcher, callback, seconds, seconds);
  watcher->data = data;
}
