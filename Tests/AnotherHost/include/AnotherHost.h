// Loaded into a program by LD_PRELOAD; it has nothing to call.
