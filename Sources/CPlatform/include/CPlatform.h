// System calls that Swift cannot make by itself: variadic ones, and those that glibc hides behind _GNU_SOURCE.
#ifndef FETCHCTL_CPLATFORM_H
#define FETCHCTL_CPLATFORM_H

/// Reserves the space of `size` bytes of a file from `offset` on where the file system can do that without writing.
/// Returns 0, or an errno value (EOPNOTSUPP where it cannot).
int fetchctl_reserve(int descriptor, long long offset, long long size);

/// Whether a path is on a file system of this machine alone (a disk's, or in memory), where locks are what they say:
/// 1, or 0 for network and user-space file systems and whatever is not known.
int fetchctl_is_local(const char *path);

/// `open` and `mkdir` under another umask than the process's (-1: under that). The process's umask stays as it is: where the
/// system lets a thread have an umask of its own, that one changes; elsewhere one call at a time holds a lock meanwhile.
int fetchctl_open(const char *path, int flags, unsigned mode, int mask);
int fetchctl_mkdir(const char *path, unsigned mode, int mask);

/// The process's umask.
unsigned fetchctl_umask(void);

/// Starts a program in a session of its own, with every signal as a new program has it, and nothing of ours but what is named.
/// Standard input is empty; `output` and `error` are its standard output and error (-1: nowhere). `folder` is where it starts (NULL:
/// here), `mask` its umask (-1: ours). Returns 0, or an errno value.
int fetchctl_spawn(int *pid, const char *program, char *const arguments[], char *const environment[], const char *folder, int mask,
                   int output, int error);

/// The number of the file system that a path is on (statfs(2)), or 0 when it cannot be told.
unsigned long fetchctl_filesystem_type(const char *path);

/// Makes `target` share the blocks of the whole of `source` (FICLONE). Both are descriptors, `target` open for writing.
/// Returns 0, or an errno value (EOPNOTSUPP or EXDEV where it cannot).
int fetchctl_clone(int target, int source);

/// Becomes the program `arguments[0]` (a path; the list ends with NULL), to be sent SIGTERM when the parent, which must
/// be `parent`, dies. Returns an errno value only if that fails.
int fetchctl_become_with_parent(int parent, char *const arguments[]);

/// The arguments as the system gave them, the program's name first, and how many they are; NULL where they are not known. Swift looks
/// for them beside the environment, where they are not any more once a preloaded library has moved that.
char **fetchctl_arguments(int *count);

/// Makes the process whole: descriptors 0 to 2 that are closed lead to /dev/null (what is opened later would take their
/// numbers and be written to by mistake), and as many descriptors as the system allows may be opened, up to 4096.
void fetchctl_settle_descriptors(void);

/// Keeps this process's memory out of core dumps and from other processes of the same user.
void fetchctl_hide_memory(void);

#endif
