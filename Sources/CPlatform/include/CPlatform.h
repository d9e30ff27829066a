// System calls that Swift cannot make by itself: variadic ones, and those that glibc hides behind _GNU_SOURCE.
#ifndef FETCHCTL_CPLATFORM_H
#define FETCHCTL_CPLATFORM_H

/// Reserves the space of a file's first `size` bytes where the file system can do that without writing.
/// Returns 0, or an errno value (EOPNOTSUPP where it cannot).
int fetchctl_reserve(int descriptor, long long size);

/// Becomes the program `arguments[0]` (a path; the list ends with NULL), to be sent SIGTERM when the parent, which must
/// be `parent`, dies. Returns an errno value only if that fails.
int fetchctl_become_with_parent(int parent, char *const arguments[]);

/// Keeps this process's memory out of core dumps and from other processes of the same user.
void fetchctl_hide_memory(void);

#endif
