#pragma once

// The type checks are macros over literal options, which the wrappers below do not have.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <sys/socket.h>

static inline CURLcode deployd_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_ALL); }

// curl_easy_setopt, curl_multi_setopt and curl_easy_getinfo are variadic, which Swift does not import.

static inline CURLcode deployd_easy_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode deployd_easy_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode deployd_easy_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode deployd_easy_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

/// curl copies the bytes.
static inline CURLcode deployd_easy_set_blob(CURL *handle, CURLoption option, const void *data, size_t count) {
    struct curl_blob blob = {.data = (void *)data, .len = count, .flags = CURL_BLOB_COPY};
    return curl_easy_setopt(handle, option, &blob);
}

static inline CURLcode deployd_easy_set_writer(
    CURL *handle, CURLoption option, curl_write_callback callback, CURLoption contextOption, void *context) {
    CURLcode code = curl_easy_setopt(handle, option, callback);
    return code == CURLE_OK ? curl_easy_setopt(handle, contextOption, context) : code;
}

static inline CURLcode deployd_easy_set_reader(
    CURL *handle, curl_read_callback read, curl_seek_callback seek, void *context) {
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, read);
    curl_easy_setopt(handle, CURLOPT_READDATA, context);
    curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, seek);
    return curl_easy_setopt(handle, CURLOPT_SEEKDATA, context);
}

static inline curl_socket_t deployd_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)context;
    (void)purpose;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/// Keeps connections from being inherited by programs that are started meanwhile: libcurl 7.88 does not.
static inline CURLcode deployd_easy_close_on_exec(CURL *handle) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, deployd_open_socket);
}

static inline CURLcode deployd_easy_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode deployd_multi_set_long(CURLM *handle, CURLMoption option, long value) {
    return curl_multi_setopt(handle, option, value);
}

/// Goes on with what a callback had paused.
static inline CURLcode deployd_easy_resume(CURL *handle) { return curl_easy_pause(handle, CURLPAUSE_CONT); }

/// The next transfer that ended; NULL when there is none. The union in CURLMsg does not come through well.
static inline CURL *deployd_multi_ended(CURLM *handle, CURLcode *result) {
    int left = 0;
    for (CURLMsg *message; (message = curl_multi_info_read(handle, &left)) != NULL;) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}
