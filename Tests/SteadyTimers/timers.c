// Gives timers of descriptors to the kernel as they are. libfaketime moves those of the monotonic clock too, which it leaves alone
// otherwise, and Dispatch's would never fire. Loaded by LD_PRELOAD, before libfaketime.
#ifdef __linux__
#define _GNU_SOURCE
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

int timerfd_settime(int file, int flags, const struct itimerspec *value, struct itimerspec *before) {
    return (int)syscall(SYS_timerfd_settime, file, flags, value, before);
}
#else
static const int nothing_to_do_here = 0;
#endif
