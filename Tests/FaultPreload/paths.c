// Calls on paths: what makes, renames and removes files, and how much room the disk has.

#include "preload.h"

#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static bool exists(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0;
}

typedef int (*opener)(const char *, int, ...);

static int open_file(const char *path, int flags, mode_t mode, opener real) {
    const char *below;
    if (!(flags & (O_CREAT | O_TRUNC)) || !fault_is_watched(path, &below)) return real(path, flags, mode);
    fault_lock();
    bool was_there = exists(path);
    int file = real(path, flags, mode);
    if (file >= 0 && !was_there) fault_record_file(FAULT_RECORD_CREATE, file, below, 0, NULL, 0);
    if (file >= 0 && was_there && (flags & O_TRUNC)) {
        fault_record_file(FAULT_RECORD_TRUNCATE, file, below, 0, NULL, 0);
    }
    fault_unlock();
    return file;
}

static mode_t mode_in(int flags, va_list rest) { return flags & O_CREAT ? va_arg(rest, mode_t) : 0; }

int open(const char *path, int flags, ...) {
    static opener real;
    if (!real) real = fault_real("open");
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_in(flags, rest);
    va_end(rest);
    return open_file(path, flags, mode, real);
}

int open64(const char *path, int flags, ...) {
    static opener real;
    if (!real) real = fault_real("open64");
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_in(flags, rest);
    va_end(rest);
    return open_file(path, flags, mode, real);
}

typedef int (*mover)(const char *, const char *);

static int move(const char *old, const char *new, mover real) {
    const char *from, *to;
    if (!fault_is_watched(old, &from) || !fault_is_watched(new, &to)) return real(old, new);
    fault_lock();
    int result = real(old, new);
    if (result == 0) fault_record_path(FAULT_RECORD_RENAME, from, to, strlen(to));
    fault_unlock();
    return result;
}

int rename(const char *old, const char *new) {
    static mover real;
    if (!real) real = fault_real("rename");
    return move(old, new, real);
}

// Whoever gives a file a second name takes the first one away next (PostgreSQL, before 16): to the record it is moved.
int link(const char *old, const char *new) {
    static mover real;
    if (!real) real = fault_real("link");
    return move(old, new, real);
}

int truncate(const char *path, off_t size) {
    static int (*real)(const char *, off_t);
    if (!real) real = fault_real("truncate");
    const char *below;
    if (!fault_is_watched(path, &below)) return real(path, size);
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return -1;
    int result = ftruncate(file, size);
    close(file);
    return result;
}

int unlink(const char *path) {
    static int (*real)(const char *);
    if (!real) real = fault_real("unlink");
    const char *below;
    if (!fault_is_watched(path, &below)) return real(path);
    fault_lock();
    struct stat status = {0};
    lstat(path, &status);
    int result = real(path);
    if (result == 0) {
        fault_gives_back(status.st_size);
        fault_record_path(FAULT_RECORD_UNLINK, below, NULL, 0);
    }
    fault_unlock();
    return result;
}

int mkdir(const char *path, mode_t mode) {
    static int (*real)(const char *, mode_t);
    if (!real) real = fault_real("mkdir");
    const char *below;
    if (!fault_is_watched(path, &below)) return real(path, mode);
    fault_lock();
    int result = real(path, mode);
    if (result == 0) fault_record_path(FAULT_RECORD_FOLDER, below, NULL, 0);
    fault_unlock();
    return result;
}

int statvfs64(const char *path, struct statvfs64 *status) {
    static int (*real)(const char *, struct statvfs64 *);
    if (!real) real = fault_real("statvfs64");
    const char *below;
    int result = real(path, status);
    int64_t left = fault_free_bytes();
    if (result != 0 || left < 0 || !fault_is_watched(path, &below)) return result;
    status->f_bavail = (fsblkcnt64_t)left / status->f_frsize;
    status->f_bfree = status->f_bavail;
    return result;
}

int statvfs(const char *path, struct statvfs *status) { return statvfs64(path, (struct statvfs64 *)status); }
