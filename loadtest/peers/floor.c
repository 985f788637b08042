// The least that a server on sockets can do for a broadcast: epoll, one thread, send().
//
//   cc -O2 -D_GNU_SOURCE loadtest/peers/floor.c -o floor -lcrypto
//   floor PORT [--coalesce]
//
// Takes WebSockets on PORT of loopback (0: a free one). The path of the URL is the topic; what a
// connection sends goes to all connections of its topic, to the sender too. Plain, each message is
// one send() to each connection. With --coalesce, all messages of a topic that came in one turn of
// the loop go to each connection with one send().
//
// What a full kernel buffer did not take waits in the process and goes out, joined, when there is
// room. SIGTERM and SIGINT end it with one line about what it did.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    DESCRIPTORS_MAX = 1 << 17,
    REQUEST_MAX = 8 << 10,
    PATH_MAX_BYTES = 256,
    READ_MAX = 256 << 10,
    MESSAGE_MAX = 1 << 20,
    WAITING_MAX = 64 << 20,
    TURN_EVENTS_MAX = 256,
};

// Bytes that grow at the end and are taken from the start.
struct bytes {
    char *start;
    size_t taken, length, capacity;
};

struct connection {
    struct topic *topic; // NULL before the handshake is done
    int place;           // in the topic's list
    int is_open, is_ending;
    struct bytes unread, waiting;
};

struct topic {
    char path[PATH_MAX_BYTES];
    int *members; // descriptors
    int count, capacity;
    struct bytes turn; // frames of this turn, when coalescing
    struct topic *next, *next_of_turn;
};

static struct connection connections[DESCRIPTORS_MAX];
static struct topic *topics, *topics_of_turn;
static int epoll, coalesces;
static char input[READ_MAX];
static long long deliveries, sends;
static volatile sig_atomic_t must_end;

static void fail(const char *what) {
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void *checked(void *memory) {
    if (!memory) fail("memory");
    return memory;
}

static size_t left(const struct bytes *b) { return b->length - b->taken; }

static void append(struct bytes *b, const char *from, size_t count) {
    if (b->taken == b->length) b->taken = b->length = 0;
    if (b->length + count > b->capacity) {
        if (b->taken > 0) {
            memmove(b->start, b->start + b->taken, left(b));
            b->length -= b->taken;
            b->taken = 0;
        }
        if (b->length + count > b->capacity) {
            b->capacity = 2 * (b->length + count);
            b->start = checked(realloc(b->start, b->capacity));
        }
    }
    memcpy(b->start + b->length, from, count);
    b->length += count;
}

static void release(struct bytes *b) {
    free(b->start);
    *b = (struct bytes){0};
}

static void watch(int fd, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event)) fail("epoll_ctl");
}

// Lets the next turn close it, so that no list changes under a loop over it.
static void end(int fd) {
    connections[fd].is_ending = 1;
    shutdown(fd, SHUT_RDWR);
}

static void send_bytes(int fd, const char *from, size_t count) {
    struct connection *c = &connections[fd];
    if (c->is_ending) return;
    if (left(&c->waiting) == 0) {
        ssize_t sent = send(fd, from, count, MSG_NOSIGNAL | MSG_DONTWAIT);
        sends++;
        if (sent == (ssize_t)count) return;
        if (sent < 0 && errno != EAGAIN) { end(fd); return; }
        if (sent > 0) { from += sent; count -= sent; }
        watch(fd, EPOLLIN | EPOLLOUT);
    }
    append(&c->waiting, from, count);
    if (left(&c->waiting) > WAITING_MAX) {
        fprintf(stderr, "floor: a connection reads too slowly and is closed\n");
        end(fd);
    }
}

static void send_waiting(int fd) {
    struct connection *c = &connections[fd];
    while (left(&c->waiting) > 0) {
        const char *from = c->waiting.start + c->waiting.taken;
        ssize_t sent = send(fd, from, left(&c->waiting), MSG_NOSIGNAL | MSG_DONTWAIT);
        sends++;
        if (sent < 0 && errno == EAGAIN) return;
        if (sent <= 0) { end(fd); return; }
        c->waiting.taken += sent;
    }
    release(&c->waiting);
    watch(fd, EPOLLIN);
}

static struct topic *topic_of(const char *path) {
    for (struct topic *t = topics; t; t = t->next)
        if (strcmp(t->path, path) == 0) return t;
    struct topic *t = checked(calloc(1, sizeof *t));
    strcpy(t->path, path);
    t->next = topics;
    return topics = t;
}

static void enter(int fd, struct topic *t) {
    if (t->count == t->capacity) {
        t->capacity = t->capacity ? 2 * t->capacity : 16;
        t->members = checked(realloc(t->members, t->capacity * sizeof *t->members));
    }
    connections[fd].topic = t;
    connections[fd].place = t->count;
    t->members[t->count++] = fd;
}

static void close_connection(int fd) {
    struct connection *c = &connections[fd];
    if (c->topic) {
        struct topic *t = c->topic;
        int last = t->members[--t->count];
        t->members[c->place] = last;
        connections[last].place = c->place;
    }
    release(&c->unread);
    release(&c->waiting);
    *c = (struct connection){0};
    close(fd);
}

// Writes the head of an unmasked frame; answers its length.
static size_t frame_head(char *head, int opcode, size_t count) {
    head[0] = (char)(0x80 | opcode);
    if (count < 126) {
        head[1] = (char)count;
        return 2;
    }
    if (count < 65536) {
        head[1] = 126;
        head[2] = (char)(count >> 8);
        head[3] = (char)count;
        return 4;
    }
    head[1] = 127;
    for (int i = 0; i < 8; i++) head[2 + i] = (char)((uint64_t)count >> (56 - 8 * i));
    return 10;
}

static void deliver(struct topic *t, const char *frame, size_t count) {
    deliveries += t->count;
    if (!coalesces) {
        for (int i = 0; i < t->count; i++) send_bytes(t->members[i], frame, count);
        return;
    }
    if (left(&t->turn) == 0) {
        t->next_of_turn = topics_of_turn;
        topics_of_turn = t;
    }
    append(&t->turn, frame, count);
}

static void deliver_turn(void) {
    for (struct topic *t = topics_of_turn; t; t = t->next_of_turn) {
        for (int i = 0; i < t->count; i++) send_bytes(t->members[i], t->turn.start, t->turn.length);
        t->turn.length = 0;
    }
    topics_of_turn = NULL;
}

// Takes one frame; answers its length, 0 when it is not whole, -1 when it is wrong.
static ssize_t take_frame(int fd, char *at, size_t count) {
    static char frame[MESSAGE_MAX + 10];
    if (count < 2) return 0;
    const unsigned char *u = (unsigned char *)at;
    int opcode = u[0] & 15;
    size_t length = u[1] & 127, head = 2;
    if (!(u[0] & 0x80) || !(u[1] & 0x80)) return -1; // whole and masked messages alone
    if (length == 126) {
        if (count < 4) return 0;
        length = u[2] << 8 | u[3];
        head = 4;
    } else if (length == 127) {
        if (count < 10) return 0;
        length = 0;
        for (int i = 0; i < 8; i++) length = length << 8 | u[2 + i];
        head = 10;
    }
    if (length > MESSAGE_MAX) return -1;
    if (count < head + 4 + length) return 0;
    size_t frame_length = frame_head(frame, opcode == 9 ? 10 : opcode, length);
    const char *mask = at + head, *payload = mask + 4;
    for (size_t i = 0; i < length; i++) frame[frame_length + i] = payload[i] ^ mask[i & 3];
    frame_length += length;
    if (opcode == 1 || opcode == 2) {
        deliver(connections[fd].topic, frame, frame_length);
    } else if (opcode == 9) {
        send_bytes(fd, frame, frame_length);
    } else if (opcode == 8) {
        send_bytes(fd, frame, frame_length);
        end(fd);
    }
    return head + 4 + length;
}

// Answers the handshake; the same answers as take_frame.
static ssize_t take_request(int fd, char *at, size_t count) {
    char *last = memmem(at, count, "\r\n\r\n", 4);
    if (!last) return count > REQUEST_MAX ? -1 : 0;
    char request[REQUEST_MAX + 1], path[PATH_MAX_BYTES], text[256], answer[512];
    size_t length = last + 4 - at;
    if (length > REQUEST_MAX) return -1;
    memcpy(request, at, length);
    request[length] = 0;
    char *key = strcasestr(request, "Sec-WebSocket-Key: ");
    if (!key || sscanf(request, "GET %255[^ ?]", path) != 1) {
        const char refusal[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
        send_bytes(fd, refusal, sizeof refusal - 1);
        return -1;
    }
    key += strlen("Sec-WebSocket-Key: ");
    int text_length = snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    unsigned char digest[SHA_DIGEST_LENGTH], accept_key[64];
    SHA1((unsigned char *)text, text_length, digest);
    EVP_EncodeBlock(accept_key, digest, SHA_DIGEST_LENGTH);
    int answer_length = snprintf(answer, sizeof answer,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: %s\r\n\r\n", accept_key);
    send_bytes(fd, answer, answer_length);
    enter(fd, topic_of(path));
    return length;
}

static void receive(int fd) {
    struct connection *c = &connections[fd];
    ssize_t count = recv(fd, input, sizeof input, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) { close_connection(fd); return; }
    char *at = input;
    size_t rest = count;
    if (left(&c->unread) > 0) {
        append(&c->unread, input, count);
        at = c->unread.start + c->unread.taken;
        rest = left(&c->unread);
    }
    while (rest > 0 && !c->is_ending) {
        ssize_t used = c->topic ? take_frame(fd, at, rest) : take_request(fd, at, rest);
        if (used < 0) end(fd);
        if (used <= 0) break;
        at += used;
        rest -= used;
    }
    if (left(&c->unread) > 0) {
        c->unread.taken = c->unread.length - rest;
        if (rest == 0) release(&c->unread);
    } else if (rest > 0) {
        append(&c->unread, at, rest);
    }
}

static void accept_connections(int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && (errno == EAGAIN || errno == EMFILE || errno == ECONNABORTED)) return;
        if (fd < 0) fail("accept");
        if (fd >= DESCRIPTORS_MAX) { close(fd); continue; }
        int one = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        connections[fd].is_open = 1;
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) fail("epoll_ctl");
    }
}

static void ask_to_end(int number) {
    (void)number;
    must_end = 1;
}

static int listen_on(int port) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), one = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 4096)
        || getsockname(listener, (struct sockaddr *)&address, &length)) fail("listen");
    printf("floor: ready on ws://127.0.0.1:%d, %s\n", ntohs(address.sin_port),
        coalesces ? "one send() for each connection and turn" : "one send() for each delivery");
    fflush(stdout);
    return listener;
}

int main(int count, char **arguments) {
    coalesces = count == 3 && strcmp(arguments[2], "--coalesce") == 0;
    if (count < 2 || count > 3 || (count == 3 && !coalesces)) {
        fprintf(stderr, "Usage: floor PORT [--coalesce]\n");
        return 2;
    }
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    struct sigaction action = {.sa_handler = ask_to_end};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);

    int listener = listen_on(atoi(arguments[1]));
    epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event)) fail("epoll_ctl");
    while (!must_end) {
        struct epoll_event ready[TURN_EVENTS_MAX];
        int ready_count = epoll_wait(epoll, ready, TURN_EVENTS_MAX, -1);
        for (int i = 0; i < ready_count; i++) {
            int fd = ready[i].data.fd;
            if (fd == listener) accept_connections(listener);
            else if (ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(fd);
            if (fd != listener && connections[fd].is_open && (ready[i].events & EPOLLOUT))
                send_waiting(fd);
        }
        deliver_turn();
    }
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    printf("floor: %lld deliveries, %lld send() calls, %.3f s on its core\n",
        deliveries, sends, t.tv_sec + t.tv_nsec / 1e9);
    return 0;
}
