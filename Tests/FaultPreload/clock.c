// The wall clock, moved by the plan while the process runs. Clocks that nobody can set stay as they are. Whoever waits
// until an instant of the wall clock waits by the kernel's own, which is not moved.

#include "preload.h"

#include <sys/time.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = fault_real("clock_gettime");
    int result = real(clock, now);
    if (result != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return result;
    int64_t shift = fault_clock_shift();
    int64_t nanoseconds = now->tv_nsec + (shift % 1000) * 1000000;
    now->tv_sec += shift / 1000;
    if (nanoseconds < 0) {
        now->tv_sec -= 1;
        nanoseconds += 1000000000;
    } else if (nanoseconds >= 1000000000) {
        now->tv_sec += 1;
        nanoseconds -= 1000000000;
    }
    now->tv_nsec = (long)nanoseconds;
    return 0;
}

int gettimeofday(struct timeval *now, void *zone) {
    (void)zone;
    struct timespec time;
    if (clock_gettime(CLOCK_REALTIME, &time) != 0) return -1;
    now->tv_sec = time.tv_sec;
    now->tv_usec = time.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return (time_t)-1;
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}
