// The least that a server on sockets can do for a broadcast: epoll, one thread, send().
//
// Compiled and run by `Benchmarks fanout`. Takes WebSockets on a free port of loopback, prints the
// port, and then obeys lines on standard input:
//   each N SIZE   for every message, one send() to every connection
//   joined N SIZE for every connection, one send() of all N messages
// Each is answered with the nanoseconds of processor time it took since the line was read.
#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 65536, REQUEST_MAX = 4096, MESSAGES_MAX = 64, MESSAGE_MAX = 65536 };

static int connections[CONNECTIONS_MAX];
static int connection_count;
static char frames[MESSAGES_MAX * (MESSAGE_MAX + 4)];

static long long processor_time(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

// Answers a handshake; the request comes whole, as loopback brings it.
static void open_connection(int listener) {
    int fd = accept(listener, NULL, NULL);
    if (fd < 0) fail("accept");
    char request[REQUEST_MAX + 1];
    size_t length = 0;
    while (length < REQUEST_MAX) {
        ssize_t count = read(fd, request + length, REQUEST_MAX - length);
        if (count <= 0) { close(fd); return; }
        length += count;
        request[length] = 0;
        if (strstr(request, "\r\n\r\n")) break;
    }
    char *key = strcasestr(request, "Sec-WebSocket-Key: ");
    if (!key || connection_count == CONNECTIONS_MAX) { close(fd); return; }
    key += strlen("Sec-WebSocket-Key: ");
    char text[256];
    int text_length = snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1((unsigned char *)text, text_length, digest);
    unsigned char accept_key[64];
    EVP_EncodeBlock(accept_key, digest, SHA_DIGEST_LENGTH);
    char answer[512];
    int answer_length = snprintf(answer, sizeof answer,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: %s\r\n\r\n", accept_key);
    if (write(fd, answer, answer_length) != answer_length) fail("write");
    connections[connection_count++] = fd;
}

static void send_all(int fd, const char *bytes, size_t count) {
    if (send(fd, bytes, count, MSG_NOSIGNAL) != (ssize_t)count) fail("send");
}

static size_t write_frames(int count, int size) {
    size_t at = 0;
    for (int i = 0; i < count; i++) {
        frames[at++] = (char)0x81;
        if (size < 126) {
            frames[at++] = (char)size;
        } else {
            frames[at++] = 126;
            frames[at++] = (char)(size >> 8);
            frames[at++] = (char)size;
        }
        memset(frames + at, 'x', size);
        at += size;
    }
    return at;
}

static int obey(void) {
    char line[128];
    if (!fgets(line, sizeof line, stdin)) return 0;
    long long start = processor_time();
    char how[16];
    int count, size;
    if (sscanf(line, "%15s %d %d", how, &count, &size) != 3 || count > MESSAGES_MAX
        || size > MESSAGE_MAX) fail("line");
    size_t all = write_frames(count, size);
    if (strcmp(how, "joined") == 0) {
        for (int c = 0; c < connection_count; c++) send_all(connections[c], frames, all);
    } else {
        size_t one = all / count;
        for (int m = 0; m < count; m++)
            for (int c = 0; c < connection_count; c++)
                send_all(connections[c], frames + m * one, one);
    }
    printf("%lld\n", processor_time() - start);
    fflush(stdout);
    return 1;
}

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 1024)
        || getsockname(listener, (struct sockaddr *)&address, &length)) fail("listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    setvbuf(stdin, NULL, _IONBF, 0);

    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    event.data.fd = 0;
    epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &event);
    for (;;) {
        struct epoll_event ready[64];
        int count = epoll_wait(epoll, ready, 64, -1);
        for (int i = 0; i < count; i++) {
            if (ready[i].data.fd == listener) open_connection(listener);
            else if (!obey()) return 0;
        }
    }
}
