// The service that the cluster tests deploy: one static program, alone in its image. It answers
//
//   /             VERSION
//   /pod          the host's name
//   /env/NAME     a variable
//   /healthz      200, or 503 with MODE=unready
//
// on PORT (5000), also for DRAIN_MS (6000) after SIGTERM, since endpoints are taken from a Service only after a pod is told
// to end. Meanwhile each answer closes its connection. MODE says how it misbehaves:
//
//   crash         says what is wrong and exits with 3
//   root          exits with 4 unless it is root
//   slow          listens after DELAY_MS (3000)
//   unready       never becomes healthy
//
// Built by scripts/test_parts/image.py with `cc -static`.

#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t is_ending = 0;

static void end(int signal) { (void)signal; is_ending = 1; }

static const char *variable(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

static int is_mode(const char *mode) { return strcmp(variable("MODE", "serve"), mode) == 0; }

static void pause_for(long milliseconds) {
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    while (nanosleep(&time, &time) < 0 && errno == EINTR && !is_ending) {}
}

// One answer in one write, so that a connection never ends in the middle of it.
static int answer(int connection, const char *path, int closes) {
    char host[256] = "", text[4096], message[4608];
    const char *body = "not found", *status = "404 Not Found";
    if (strcmp(path, "/") == 0) body = variable("VERSION", "none"), status = "200 OK";
    if (strcmp(path, "/pod") == 0) gethostname(host, sizeof host - 1), body = host, status = "200 OK";
    if (strncmp(path, "/env/", 5) == 0) body = variable(path + 5, ""), status = "200 OK";
    if (strcmp(path, "/healthz") == 0) {
        int healthy = !is_mode("unready");
        body = healthy ? "ok" : "the cache is cold", status = healthy ? "200 OK" : "503 Service Unavailable";
    }
    snprintf(text, sizeof text, "%s", body);
    int length = snprintf(message, sizeof message, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: %s\r\n\r\n%s",
                          status, strlen(text), closes ? "close" : "keep-alive", text);
    return send(connection, message, (size_t)length, MSG_NOSIGNAL) == length;
}

static void *serve(void *argument) {
    int connection = (int)(long)argument, goes_on = 1, one = 1;
    char input[8192], path[1024];
    size_t count = 0;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    while (goes_on) {
        ssize_t more = recv(connection, input + count, sizeof input - 1 - count, 0);
        if (more <= 0) break;
        input[count += (size_t)more] = 0;
        char *head = strstr(input, "\r\n\r\n");
        if (!head) {
            if (count == sizeof input - 1) break;
            continue;
        }
        *head = 0;
        if (sscanf(input, "%*15s %1023s", path) != 1) break;
        goes_on = !is_ending && !strcasestr(input, "connection: close");
        if (!answer(connection, path, !goes_on)) break;
        size_t used = (size_t)(head + 4 - input);
        memmove(input, input + used, count -= used);
        input[count] = 0;
    }
    shutdown(connection, SHUT_WR);
    close(connection);
    return NULL;
}

static int listen_on(int port) {
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 512) < 0) {
        perror("listen");
        exit(1);
    }
    return listener;
}

static long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int main(void) {
    struct sigaction action = {.sa_handler = end};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("version %s, user %d\n", variable("VERSION", "none"), (int)getuid());
    if (is_mode("crash")) {
        fprintf(stderr, "cannot open the ledger\n");
        return 3;
    }
    if (is_mode("root") && getuid() != 0) {
        fprintf(stderr, "I need to be root\n");
        return 4;
    }
    if (is_mode("slow")) pause_for(atol(variable("DELAY_MS", "3000")));
    int listener = listen_on(atoi(variable("PORT", "5000")));
    long last = 0;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 128 * 1024);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    for (;;) {
        if (is_ending && !last) last = now() + atol(variable("DRAIN_MS", "6000"));
        if (last && now() >= last) return 0;
        struct pollfd ready = {.fd = listener, .events = POLLIN};
        if (poll(&ready, 1, 50) <= 0) continue;
        int connection = accept(listener, NULL, NULL);
        pthread_t thread;
        if (connection >= 0 && pthread_create(&thread, &attributes, serve, (void *)(long)connection) != 0) {
            close(connection);
        }
    }
}
