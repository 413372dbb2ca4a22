// Calls on open files: writes, truncations, syncs. Memory that is mapped and written to is not seen; of SQLite's files
// that is the shared memory alone, which is made anew after a crash.

#include "preload.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

// By how much a file grows when it is written up to an end.
static int64_t growth(int file, int64_t end) {
    struct stat status = {0};
    if (fstat(file, &status) != 0 || end <= status.st_size) return 0;
    return end - status.st_size;
}

// Where `write` will put its bytes.
static int64_t place_of(int file) {
    int flags = fcntl(file, F_GETFL);
    struct stat status = {0};
    if (flags >= 0 && (flags & O_APPEND) && fstat(file, &status) == 0) return status.st_size;
    return lseek(file, 0, SEEK_CUR);
}

ssize_t write(int file, const void *bytes, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = fault_real("write");
    char path[FAULT_PATH_MAX];
    const char *below;
    if (!fault_is_watched_file(file, path, &below)) return real(file, bytes, count);
    fault_lock();
    ssize_t written = -1;
    int64_t place = place_of(file);
    int64_t more = growth(file, place + (int64_t)count);
    if (!fault_fails(FAULT_WRITE) && fault_takes(more)) {
        written = real(file, bytes, count);
        if (written > 0) fault_record_file(FAULT_RECORD_WRITE, file, below, place, bytes, (size_t)written);
    }
    fault_unlock();
    return written;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t place) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) real = fault_real("pwrite64");
    char path[FAULT_PATH_MAX];
    const char *below;
    if (!fault_is_watched_file(file, path, &below)) return real(file, bytes, count, place);
    fault_lock();
    ssize_t written = -1;
    int64_t more = growth(file, place + (int64_t)count);
    if (!fault_fails(FAULT_WRITE) && fault_takes(more)) {
        written = real(file, bytes, count, place);
        if (written > 0) fault_record_file(FAULT_RECORD_WRITE, file, below, place, bytes, (size_t)written);
    }
    fault_unlock();
    return written;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t place) { return pwrite64(file, bytes, count, place); }

// Recorded part by part: what is written between them is another file's.
ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t place) {
    static ssize_t (*real)(int, const struct iovec *, int, off64_t);
    if (!real) real = fault_real("pwritev64");
    char path[FAULT_PATH_MAX];
    const char *below;
    if (!fault_is_watched_file(file, path, &below)) return real(file, parts, count, place);
    ssize_t written = 0;
    for (int part = 0; part < count; part++) {
        ssize_t more = pwrite64(file, parts[part].iov_base, parts[part].iov_len, place + written);
        if (more < 0) return written > 0 ? written : -1;
        written += more;
        if ((size_t)more < parts[part].iov_len) break;
    }
    return written;
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t place) {
    return pwritev64(file, parts, count, place);
}

int ftruncate64(int file, off64_t size) {
    static int (*real)(int, off64_t);
    if (!real) real = fault_real("ftruncate64");
    char path[FAULT_PATH_MAX];
    const char *below;
    if (!fault_is_watched_file(file, path, &below)) return real(file, size);
    fault_lock();
    int result = -1;
    struct stat before = {0};
    fstat(file, &before);
    if (!fault_fails(FAULT_TRUNCATE) && fault_takes(size - before.st_size)) {
        result = real(file, size);
        if (result == 0) {
            fault_gives_back(before.st_size - size);
            fault_record_file(FAULT_RECORD_TRUNCATE, file, below, size, NULL, 0);
        }
    }
    fault_unlock();
    return result;
}

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

int posix_fallocate64(int file, off64_t place, off64_t count) {
    static int (*real)(int, off64_t, off64_t);
    if (!real) real = fault_real("posix_fallocate64");
    char path[FAULT_PATH_MAX];
    const char *below;
    if (!fault_is_watched_file(file, path, &below)) return real(file, place, count);
    if (!fault_takes(growth(file, place + count))) return ENOSPC;
    return real(file, place, count);
}

int posix_fallocate(int file, off_t place, off_t count) { return posix_fallocate64(file, place, count); }

// The lock is not held while the disk works: what is written meanwhile is recorded after the beginning, and a sync
// covers only what came before that.
static int sync_file(int file, int (*real)(int)) {
    char path[FAULT_PATH_MAX];
    const char *below;
    if (!fault_is_watched_file(file, path, &below)) return real(file);
    static int64_t last;
    fault_lock();
    int64_t number = (int64_t)getpid() * 1000000 + ++last;
    bool fails = fault_fails(FAULT_SYNC);
    int kept = errno;
    fault_record_file(FAULT_RECORD_SYNC_BEGIN, file, below, number, NULL, 0);
    fault_unlock();
    int result = fails ? -1 : real(file);
    if (!fails) kept = errno;
    fault_lock();
    fault_record_file(result == 0 ? FAULT_RECORD_SYNC_END : FAULT_RECORD_SYNC_FAILED, file, below, number, NULL, 0);
    fault_unlock();
    errno = kept;
    return result;
}

int fsync(int file) {
    static int (*real)(int);
    if (!real) real = fault_real("fsync");
    return sync_file(file, real);
}

int fdatasync(int file) {
    static int (*real)(int);
    if (!real) real = fault_real("fdatasync");
    return sync_file(file, real);
}
