#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/fs.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#endif

int fetchctl_reserve(int descriptor, long long offset, long long size) {
#ifdef __linux__
    // Not posix_fallocate: that one writes zeros where the file system cannot.
    while (fallocate(descriptor, 0, offset, size) != 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
#else
    (void)descriptor;
    (void)offset;
    (void)size;
    return EOPNOTSUPP;
#endif
}

int fetchctl_is_local(const char *path) {
#ifdef __linux__
    struct statfs system;
    if (statfs(path, &system) != 0) return 0;
    switch ((unsigned long)system.f_type & 0xffffffffUL) {
    case EXT4_SUPER_MAGIC: // and ext2, ext3
    case XFS_SUPER_MAGIC:
    case BTRFS_SUPER_MAGIC:
    case F2FS_SUPER_MAGIC:
    case TMPFS_MAGIC:
    case RAMFS_MAGIC:
    case OVERLAYFS_SUPER_MAGIC:
    case 0x2fc12fc1: // ZFS
    case 0xca451a4e: // bcachefs
        return 1;
    }
#else
    (void)path;
#endif
    return 0;
}

static pthread_mutex_t umask_lock = PTHREAD_MUTEX_INITIALIZER;

/// Whether this thread has an umask of its own. A thread that it starts shares that one until it asks here itself.
static int has_own_umask(void) {
#ifdef __linux__
    static __thread int state; // 0 not tried, 1 yes, 2 refused, as in some containers
    if (state == 0) state = unshare(CLONE_FS) == 0 ? 1 : 2;
    return state == 1;
#else
    return 0;
#endif
}

static int under_umask(const char *path, int flags, unsigned mode, int mask, int is_directory) {
    if (mask < 0) return is_directory ? mkdir(path, mode) : open(path, flags, mode);
    int own = has_own_umask();
    if (!own) pthread_mutex_lock(&umask_lock);
    mode_t before = umask((mode_t)mask);
    int result = is_directory ? mkdir(path, mode) : open(path, flags, mode);
    int code = errno;
    umask(before);
    if (!own) pthread_mutex_unlock(&umask_lock);
    errno = code;
    return result;
}

int fetchctl_open(const char *path, int flags, unsigned mode, int mask) { return under_umask(path, flags, mode, mask, 0); }

int fetchctl_mkdir(const char *path, unsigned mode, int mask) { return under_umask(path, 0, mode, mask, 1); }

unsigned fetchctl_umask(void) {
#ifdef __linux__
    // Asking with umask() would change it for a moment, and for every thread.
    FILE *status = fopen("/proc/self/status", "re");
    if (status) {
        char line[256];
        unsigned mask = 0;
        int found = 0;
        while (!found && fgets(line, sizeof line, status)) found = sscanf(line, "Umask: %o", &mask) == 1;
        fclose(status);
        if (found) return mask;
    }
#endif
    pthread_mutex_lock(&umask_lock);
    mode_t mask = umask(077);
    umask(mask);
    pthread_mutex_unlock(&umask_lock);
    return mask;
}

int fetchctl_spawn(int *pid, const char *program, char *const arguments[], char *const environment[], const char *folder, int mask,
                   int output, int error) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    int sources[2] = {output, error};
    for (int number = 1; number <= 2; number++) {
        if (sources[number - 1] >= 0) {
            posix_spawn_file_actions_adddup2(&actions, sources[number - 1], number);
        } else {
            posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_WRONLY, 0);
        }
    }
    if (folder) posix_spawn_file_actions_addchdir_np(&actions, folder);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    pid_t started = 0;
    int own = mask >= 0 && has_own_umask();
    mode_t before = own ? umask((mode_t)mask) : 0;
    int code = posix_spawn(&started, program, &actions, &attributes, arguments, environment);
    if (own) umask(before);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    *pid = started;
    return code;
}

unsigned long fetchctl_filesystem_type(const char *path) {
#ifdef __linux__
    struct statfs system;
    return statfs(path, &system) == 0 ? (unsigned long)system.f_type & 0xffffffffUL : 0;
#else
    (void)path;
    return 0;
#endif
}

int fetchctl_clone(int target, int source) {
#ifdef FICLONE
    return ioctl(target, FICLONE, source) == 0 ? 0 : errno;
#else
    (void)target;
    (void)source;
    return EOPNOTSUPP;
#endif
}

int fetchctl_become_with_parent(int parent, char *const arguments[]) {
#ifdef __linux__
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) return errno;
#endif
    // It may have died before that took effect.
    if (getppid() != parent) _exit(143);
    execv(arguments[0], arguments);
    return errno;
}

static int argument_count;
static char **argument_values;

#if defined(__GLIBC__) || defined(__APPLE__)
// The loader gives them to what runs before main.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    argument_values = values;
}
#endif

char **fetchctl_arguments(int *count) {
    *count = argument_count;
    return argument_values;
}

void fetchctl_settle_descriptors(void) {
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        // The lowest free number is the closed one: those below it are open by now.
        if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF && open("/dev/null", O_RDWR) != descriptor) return;
    }
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 4096) {
        limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

void fetchctl_hide_memory(void) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
    // A pipe as core pattern ignores the limit, not this.
    prctl(PR_SET_DUMPABLE, 0);
#endif
}
