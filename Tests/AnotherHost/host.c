// Makes a program believe that it runs on the machine ANOTHER_HOST, which shares the folder ANOTHER_HOST_FOLDER with others. With
// ANOTHER_HOST_LOCKS=own its locks there are seen by no other machine, as on NFS with local_lock; with =none there are none, as on Lustre
// without flock. Loaded by LD_PRELOAD.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int gethostname(char *name, size_t length) {
    const char *host = getenv("ANOTHER_HOST");
    static int (*real)(char *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "gethostname");
    if (!host) return real(name, length);
    snprintf(name, length, "%s", host);
    return 0;
}

static bool is_shared(int file) {
    const char *root = getenv("ANOTHER_HOST_FOLDER");
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!root || length <= 0) return false;
    path[length] = 0;
    size_t count = strlen(root);
    return strncmp(path, root, count) == 0 && path[count] == '/';
}

int flock(int file, int operation) {
    static int (*real)(int, int);
    if (!real) real = dlsym(RTLD_NEXT, "flock");
    const char *locks = getenv("ANOTHER_HOST_LOCKS");
    if (!locks || !is_shared(file)) return real(file, operation);
    if (strcmp(locks, "none") == 0) {
        errno = ENOSYS;
        return -1;
    }
    return 0;
}
