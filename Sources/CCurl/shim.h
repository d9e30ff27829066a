// Typed doors through libcurl's variadic calls, which Swift cannot make.
#ifndef FETCHCTL_CCURL_SHIM_H
#define FETCHCTL_CCURL_SHIM_H

#include <curl/curl.h>

#if LIBCURL_VERSION_NUM < 0x074400
#error "libcurl 7.68 or newer is needed (curl_multi_wakeup)"
#endif

// Options by number, so that a build against old headers still asks for them: a libcurl that does not
// know one answers CURLE_UNKNOWN_OPTION when it runs, and the caller falls back.
static const CURLoption fetchctl_opt_protocols_str = (CURLoption)10318;
static const CURLoption fetchctl_opt_quick_exit = (CURLoption)322;

typedef size_t (*fetchctl_data_callback)(char *data, size_t size, size_t count, void *context);
// Asked before a request leaves, on a kept connection too (libcurl 7.80).
static const CURLoption fetchctl_opt_prereq_function = (CURLoption)20312;
static const CURLoption fetchctl_opt_prereq_data = (CURLoption)10313;
typedef int (*fetchctl_prereq_callback)(void *context, char *remote_ip, char *local_ip, int remote_port, int local_port);
typedef int (*fetchctl_socket_option_callback)(void *context, curl_socket_t socket, curlsocktype purpose);
typedef curl_socket_t (*fetchctl_socket_callback)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode fetchctl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode fetchctl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode fetchctl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode fetchctl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode fetchctl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode fetchctl_set_data_callback(CURL *easy, CURLoption option, fetchctl_data_callback value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode fetchctl_set_socket_callback(CURL *easy, CURLoption option, fetchctl_socket_callback value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode fetchctl_set_socket_option_callback(CURL *easy, fetchctl_socket_option_callback value) {
    return curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, value);
}
static inline CURLcode fetchctl_set_prereq_callback(CURL *easy, fetchctl_prereq_callback value) {
    return curl_easy_setopt(easy, fetchctl_opt_prereq_function, value);
}
static inline CURLcode fetchctl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode fetchctl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode fetchctl_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}
// What libcurl asks for before it uses caches that several threads share.
typedef void (*fetchctl_lock_callback)(CURL *easy, curl_lock_data data, curl_lock_access access, void *context);
typedef void (*fetchctl_unlock_callback)(CURL *easy, curl_lock_data data, void *context);

static inline CURLSHcode fetchctl_share_set_data(CURLSH *share, curl_lock_data data) {
    return curl_share_setopt(share, CURLSHOPT_SHARE, data);
}
static inline CURLSHcode fetchctl_share_set_locks(
    CURLSH *share, fetchctl_lock_callback lock, fetchctl_unlock_callback unlock, void *context) {
    CURLSHcode code = curl_share_setopt(share, CURLSHOPT_LOCKFUNC, lock);
    if (code == CURLSHE_OK) code = curl_share_setopt(share, CURLSHOPT_UNLOCKFUNC, unlock);
    if (code == CURLSHE_OK) code = curl_share_setopt(share, CURLSHOPT_USERDATA, context);
    return code;
}
static inline CURLMcode fetchctl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLcode fetchctl_message_result(const CURLMsg *message) {
    return message->data.result;
}
static inline const char *fetchctl_version(void) {
    return curl_version_info(CURLVERSION_NOW)->version;
}
// The TLS library with its version; NULL when there is none.
static inline const char *fetchctl_tls_version(void) {
    return curl_version_info(CURLVERSION_NOW)->ssl_version;
}
static inline int fetchctl_has_http2(void) {
    return (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2) != 0;
}
static inline int fetchctl_has_ipv6(void) {
    return (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_IPV6) != 0;
}
static inline size_t fetchctl_write_pause(void) {
    return CURL_WRITEFUNC_PAUSE;
}

#endif
