#pragma once

#include <stdint.h>

// epoll, eventfd and accept4, which Glibc's Swift module lacks. Every call returns a result of 0 or more, or -errno.
// Every descriptor made here is close-on-exec.

// What a descriptor is ready for.
static const uint32_t CEPOLL_READABLE = 1;
static const uint32_t CEPOLL_WRITABLE = 2;
// The other end will send nothing more.
static const uint32_t CEPOLL_HALF_CLOSED = 4;
// The connection is gone in both directions, or broken.
static const uint32_t CEPOLL_GONE = 8;

struct cepoll_ready {
    uint64_t token;
    uint32_t events;
};

struct cepoll_peer {
    uint8_t address[16]; // network order; IPv4 in its mapped form
    uint16_t port;
};

int cepoll_create(void);

// Watches for readability, reported as long as it lasts.
int cepoll_watch_level(int epoll, int descriptor, uint64_t token);

// Watches for every change in either direction, each reported once.
int cepoll_watch_edges(int epoll, int descriptor, uint64_t token);

int cepoll_forget(int epoll, int descriptor);

// Waits for at most `milliseconds` (-1: for ever) and fills up to `capacity` (at most 256) entries; returns how many.
// An interrupted wait returns 0.
int cepoll_wait(int epoll, struct cepoll_ready *ready, int capacity, int milliseconds);

// A non-blocking counter to wake a loop, or a blocking one for a thread that only waits.
int cepoll_eventfd(int blocking);

// Accepts one connection, non-blocking, and tells who it is.
int cepoll_accept(int listener, struct cepoll_peer *peer);
