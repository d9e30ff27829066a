// Makes the folder that SEQUENTIAL_DISK names behave as an object store that is mounted as a file system: files are
// written from their start to their end, space cannot be reserved, and nothing is renamed into it from outside. With
// SEQUENTIAL_DISK_RENAMES=no nothing is renamed in it at all. Loaded by LD_PRELOAD.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static bool is_in(const char *path) {
    const char *root = getenv("SEQUENTIAL_DISK");
    size_t length = root ? strlen(root) : 0;
    return length > 0 && strncmp(path, root, length) == 0 && (path[length] == '/' || path[length] == 0);
}

static bool has(int file) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return false;
    path[length] = 0;
    return is_in(path);
}

static bool refuses(int file, off_t offset) {
    struct stat status;
    return has(file) && fstat(file, &status) == 0 && offset != status.st_size;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
    static ssize_t (*real)(int, const void *, size_t, off_t);
    if (!real) real = dlsym(RTLD_NEXT, "pwrite");
    if (refuses(file, offset)) {
        errno = EINVAL;
        return -1;
    }
    return real(file, bytes, count, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off_t offset) { return pwrite(file, bytes, count, offset); }

int fallocate(int file, int mode, off_t offset, off_t length) {
    static int (*real)(int, int, off_t, off_t);
    if (!real) real = dlsym(RTLD_NEXT, "fallocate");
    if (has(file)) {
        errno = EOPNOTSUPP;
        return -1;
    }
    return real(file, mode, offset, length);
}

int rename(const char *from, const char *to) {
    static int (*real)(const char *, const char *);
    if (!real) real = dlsym(RTLD_NEXT, "rename");
    const char *renames = getenv("SEQUENTIAL_DISK_RENAMES");
    if (is_in(from) != is_in(to)) {
        errno = EXDEV;
        return -1;
    }
    if (is_in(to) && renames && strcmp(renames, "no") == 0) {
        errno = ENOSYS;
        return -1;
    }
    return real(from, to);
}
