/* A disk that takes SYNC_MS milliseconds to be sure: put before the C library's own by LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static int after_a_while(const char *name, int file)
{
    const char *given = getenv("SYNC_MS");
    long nanoseconds = given ? (long)(atof(given) * 1e6) : 0;
    struct timespec wait = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    nanosleep(&wait, NULL);
    return real(file);
}

int fsync(int file) { return after_a_while("fsync", file); }
int fdatasync(int file) { return after_a_while("fdatasync", file); }
