#define _GNU_SOURCE
#include "CEpoll.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

enum { maximum_ready = 256 };

static int result(int value) { return value < 0 ? -errno : value; }

int cepoll_create(void) { return result(epoll_create1(EPOLL_CLOEXEC)); }

static int watch(int epoll, int descriptor, uint64_t token, uint32_t events) {
    struct epoll_event event = {.events = events, .data.u64 = token};
    return result(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event));
}

int cepoll_watch_level(int epoll, int descriptor, uint64_t token) { return watch(epoll, descriptor, token, EPOLLIN); }

int cepoll_watch_edges(int epoll, int descriptor, uint64_t token) {
    return watch(epoll, descriptor, token, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

int cepoll_forget(int epoll, int descriptor) {
    struct epoll_event unused = {0};
    return result(epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &unused));
}

int cepoll_wait(int epoll, struct cepoll_ready *ready, int capacity, int milliseconds) {
    struct epoll_event events[maximum_ready];
    if (capacity > maximum_ready) capacity = maximum_ready;
    int count = epoll_wait(epoll, events, capacity, milliseconds);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int index = 0; index < count; index++) {
        uint32_t seen = events[index].events, told = 0;
        if (seen & EPOLLIN) told |= CEPOLL_READABLE;
        if (seen & EPOLLOUT) told |= CEPOLL_WRITABLE;
        if (seen & EPOLLRDHUP) told |= CEPOLL_HALF_CLOSED | CEPOLL_READABLE;
        if (seen & (EPOLLHUP | EPOLLERR)) told |= CEPOLL_GONE;
        ready[index] = (struct cepoll_ready){.token = events[index].data.u64, .events = told};
    }
    return count;
}

int cepoll_eventfd(int blocking) { return result(eventfd(0, EFD_CLOEXEC | (blocking ? 0 : EFD_NONBLOCK))); }

int cepoll_accept(int listener, struct cepoll_peer *peer) {
    struct sockaddr_storage storage;
    socklen_t length = sizeof storage;
    int descriptor = accept4(listener, (struct sockaddr *)&storage, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor < 0) return -errno;
    memset(peer, 0, sizeof *peer);
    if (storage.ss_family == AF_INET) {
        const struct sockaddr_in *address = (const struct sockaddr_in *)&storage;
        peer->address[10] = peer->address[11] = 0xFF;
        memcpy(peer->address + 12, &address->sin_addr, 4);
        peer->port = ntohs(address->sin_port);
    } else if (storage.ss_family == AF_INET6) {
        const struct sockaddr_in6 *address = (const struct sockaddr_in6 *)&storage;
        memcpy(peer->address, &address->sin6_addr, 16);
        peer->port = ntohs(address->sin6_port);
    }
    return descriptor;
}
