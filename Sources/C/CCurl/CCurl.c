// For SOCK_CLOEXEC.
#define _GNU_SOURCE
// The type checks are macros over literal options, which the wrappers below do not have.
#define CURL_DISABLE_TYPECHECK
#include "CCurl.h"

#include <dlfcn.h>
#include <sys/socket.h>

#define EACH_FUNCTION(F) \
    F(curl_easy_cleanup) F(curl_easy_getinfo) F(curl_easy_init) F(curl_easy_pause) F(curl_easy_setopt) \
    F(curl_easy_strerror) F(curl_free) F(curl_global_init) F(curl_multi_add_handle) F(curl_multi_cleanup) \
    F(curl_multi_info_read) F(curl_multi_init) F(curl_multi_perform) F(curl_multi_poll) \
    F(curl_multi_remove_handle) F(curl_multi_setopt) F(curl_multi_wakeup) F(curl_slist_append) \
    F(curl_slist_free_all) F(curl_url) F(curl_url_cleanup) F(curl_url_get) F(curl_url_set)

// What the library's functions are, with the types that its header gives them.
static struct {
#define FIELD(name) typeof(name) *name;
    EACH_FUNCTION(FIELD)
#undef FIELD
} lib;

const char *ccurl_start(void) {
    void *library = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL);
    if (!library) return dlerror();
#define FIND(name) \
    if (!(lib.name = (typeof(name) *)dlsym(library, #name))) return dlerror();
    EACH_FUNCTION(FIND)
#undef FIND
    CURLcode code = lib.curl_global_init(CURL_GLOBAL_ALL);
    return code == CURLE_OK ? NULL : lib.curl_easy_strerror(code);
}

CURL *ccurl_easy_init(void) { return lib.curl_easy_init(); }

void ccurl_easy_cleanup(CURL *handle) { lib.curl_easy_cleanup(handle); }

CURLcode ccurl_easy_set_long(CURL *handle, CURLoption option, long value) {
    return lib.curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_easy_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return lib.curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_easy_set_string(CURL *handle, CURLoption option, const char *value) {
    return lib.curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_easy_set_pointer(CURL *handle, CURLoption option, void *value) {
    return lib.curl_easy_setopt(handle, option, value);
}

CURLcode ccurl_easy_set_blob(CURL *handle, CURLoption option, const void *data, size_t count) {
    struct curl_blob blob = {.data = (void *)data, .len = count, .flags = CURL_BLOB_COPY};
    return lib.curl_easy_setopt(handle, option, &blob);
}

CURLcode ccurl_easy_set_writer(
    CURL *handle, CURLoption option, curl_write_callback callback, CURLoption context_option, void *context) {
    CURLcode code = lib.curl_easy_setopt(handle, option, callback);
    return code == CURLE_OK ? lib.curl_easy_setopt(handle, context_option, context) : code;
}

CURLcode ccurl_easy_set_reader(CURL *handle, curl_read_callback read, curl_seek_callback seek, void *context) {
    lib.curl_easy_setopt(handle, CURLOPT_READFUNCTION, read);
    lib.curl_easy_setopt(handle, CURLOPT_READDATA, context);
    lib.curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, seek);
    return lib.curl_easy_setopt(handle, CURLOPT_SEEKDATA, context);
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    (void)context;
    (void)purpose;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

CURLcode ccurl_easy_close_on_exec(CURL *handle) {
    return lib.curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
}

CURLcode ccurl_easy_get_long(CURL *handle, CURLINFO info, long *value) {
    return lib.curl_easy_getinfo(handle, info, value);
}

CURLcode ccurl_easy_resume(CURL *handle) { return lib.curl_easy_pause(handle, CURLPAUSE_CONT); }

const char *ccurl_easy_strerror(CURLcode code) { return lib.curl_easy_strerror(code); }

CURLM *ccurl_multi_init(void) { return lib.curl_multi_init(); }

CURLMcode ccurl_multi_cleanup(CURLM *handle) { return lib.curl_multi_cleanup(handle); }

CURLMcode ccurl_multi_set_long(CURLM *handle, CURLMoption option, long value) {
    return lib.curl_multi_setopt(handle, option, value);
}

CURLMcode ccurl_multi_add_handle(CURLM *handle, CURL *easy) { return lib.curl_multi_add_handle(handle, easy); }

CURLMcode ccurl_multi_remove_handle(CURLM *handle, CURL *easy) { return lib.curl_multi_remove_handle(handle, easy); }

CURLMcode ccurl_multi_perform(CURLM *handle, int *running) { return lib.curl_multi_perform(handle, running); }

CURLMcode ccurl_multi_poll(CURLM *handle, int milliseconds) {
    return lib.curl_multi_poll(handle, NULL, 0, milliseconds, NULL);
}

CURLMcode ccurl_multi_wakeup(CURLM *handle) { return lib.curl_multi_wakeup(handle); }

// The union in CURLMsg does not come through to Swift well.
CURL *ccurl_multi_ended(CURLM *handle, CURLcode *result) {
    int left = 0;
    for (CURLMsg *message; (message = lib.curl_multi_info_read(handle, &left)) != NULL;) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *text) {
    return lib.curl_slist_append(list, text);
}

void ccurl_slist_free_all(struct curl_slist *list) { lib.curl_slist_free_all(list); }

CURLU *ccurl_url(void) { return lib.curl_url(); }

void ccurl_url_cleanup(CURLU *url) { lib.curl_url_cleanup(url); }

CURLUcode ccurl_url_set(CURLU *url, CURLUPart part, const char *text) {
    return lib.curl_url_set(url, part, text, 0);
}

CURLUcode ccurl_url_get(CURLU *url, CURLUPart part, char **text) { return lib.curl_url_get(url, part, text, 0); }

void ccurl_free(void *text) { lib.curl_free(text); }
