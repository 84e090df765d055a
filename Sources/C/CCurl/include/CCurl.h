#pragma once

#include <curl/curl.h>

// libcurl, loaded when it is first needed: it brings thirty libraries along, which cost 5 MB and 3 ms in every process
// that is linked with them, also in one that never sends a request.
//
// Each function is libcurl's of the same name, in parts where that is variadic, which Swift does not import. The
// functions of <curl/curl.h> itself are not there to be called: the linker does not find them.

// Loads libcurl and initialises it. Returns NULL, or why it failed. To be called once, before everything else.
const char *ccurl_start(void);

CURL *ccurl_easy_init(void);
void ccurl_easy_cleanup(CURL *handle);
CURLcode ccurl_easy_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_easy_set_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode ccurl_easy_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode ccurl_easy_set_pointer(CURL *handle, CURLoption option, void *value);
// curl copies the bytes.
CURLcode ccurl_easy_set_blob(CURL *handle, CURLoption option, const void *data, size_t count);
CURLcode ccurl_easy_set_writer(
    CURL *handle, CURLoption option, curl_write_callback callback, CURLoption context_option, void *context);
CURLcode ccurl_easy_set_reader(CURL *handle, curl_read_callback read, curl_seek_callback seek, void *context);
// Keeps connections from being inherited by programs that are started meanwhile: libcurl 7.88 does not.
CURLcode ccurl_easy_close_on_exec(CURL *handle);
CURLcode ccurl_easy_get_long(CURL *handle, CURLINFO info, long *value);
// Goes on with what a callback had paused.
CURLcode ccurl_easy_resume(CURL *handle);
const char *ccurl_easy_strerror(CURLcode code);

CURLM *ccurl_multi_init(void);
CURLMcode ccurl_multi_cleanup(CURLM *handle);
CURLMcode ccurl_multi_set_long(CURLM *handle, CURLMoption option, long value);
CURLMcode ccurl_multi_add_handle(CURLM *handle, CURL *easy);
CURLMcode ccurl_multi_remove_handle(CURLM *handle, CURL *easy);
CURLMcode ccurl_multi_perform(CURLM *handle, int *running);
// Waits until a transfer can go on, for at most `milliseconds`.
CURLMcode ccurl_multi_poll(CURLM *handle, int milliseconds);
CURLMcode ccurl_multi_wakeup(CURLM *handle);
// The next transfer that ended; NULL when there is none.
CURL *ccurl_multi_ended(CURLM *handle, CURLcode *result);

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *text);
void ccurl_slist_free_all(struct curl_slist *list);

CURLU *ccurl_url(void);
void ccurl_url_cleanup(CURLU *url);
CURLUcode ccurl_url_set(CURLU *url, CURLUPart part, const char *text);
// `text` is to be freed by ccurl_free.
CURLUcode ccurl_url_get(CURLU *url, CURLUPart part, char **text);
void ccurl_free(void *text);
