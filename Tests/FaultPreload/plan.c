// The plan: which files are watched, which calls fail, how large the disk is, what the clock says.

#include "preload.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[FAULT_PATH_MAX];
static size_t folder_count;
static struct fault_control *control;
static int journal = -1;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void *fault_real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
    int (*real_open)(const char *, int, ...) = fault_real("open");
    const char *place = getenv("FAULT_FOLDER");
    if (place && place[0] == '/' && strlen(place) < sizeof folder) {
        strcpy(folder, place);
        folder_count = strlen(folder);
    }
    const char *plan = getenv("FAULT_CONTROL");
    int file = plan ? real_open(plan, O_RDWR | O_CLOEXEC) : -1;
    if (file >= 0) {
        void *page = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (page != MAP_FAILED) control = page;
        close(file);
    }
    const char *record = getenv("FAULT_JOURNAL");
    // Appending makes one write of each record, whole and in one order with those of other processes.
    if (record) journal = real_open(record, O_WRONLY | O_APPEND | O_CLOEXEC);
}

bool fault_is_watched(const char *path, const char **below) {
    if (!folder_count || !path || strncmp(path, folder, folder_count) != 0) return false;
    if (path[folder_count] != '/' && path[folder_count] != '\0') return false;
    *below = path[folder_count] ? path + folder_count + 1 : path + folder_count;
    return true;
}

bool fault_is_watched_file(int file, char *path, const char **below) {
    if (!folder_count) return false;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t count = readlink(link, path, FAULT_PATH_MAX - 1);
    if (count < 0) return false;
    path[count] = '\0';
    return fault_is_watched(path, below);
}

void fault_lock(void) { pthread_mutex_lock(&mutex); }
void fault_unlock(void) { pthread_mutex_unlock(&mutex); }

static int64_t read_field(const int64_t *field) { return __atomic_load_n(field, __ATOMIC_SEQ_CST); }

bool fault_fails(enum fault_site site) {
    if (!control) return false;
    int64_t call = __atomic_fetch_add(&control->calls[site], 1, __ATOMIC_SEQ_CST);
    if (read_field(&control->fail_site) != site) return false;
    if (call < read_field(&control->fail_from) || call >= read_field(&control->fail_until)) return false;
    __atomic_fetch_add(&control->failed, 1, __ATOMIC_SEQ_CST);
    errno = (int)read_field(&control->fail_errno);
    return true;
}

bool fault_takes(int64_t bytes) {
    if (!control || bytes <= 0 || !read_field(&control->is_limited)) return true;
    int64_t left = __atomic_sub_fetch(&control->free_bytes, bytes, __ATOMIC_SEQ_CST);
    if (left >= 0) return true;
    __atomic_add_fetch(&control->free_bytes, bytes, __ATOMIC_SEQ_CST);
    __atomic_fetch_add(&control->failed, 1, __ATOMIC_SEQ_CST);
    errno = ENOSPC;
    return false;
}

void fault_gives_back(int64_t bytes) {
    if (!control || bytes <= 0 || !read_field(&control->is_limited)) return;
    __atomic_add_fetch(&control->free_bytes, bytes, __ATOMIC_SEQ_CST);
}

int64_t fault_free_bytes(void) {
    return control && read_field(&control->is_limited) ? read_field(&control->free_bytes) : -1;
}

int64_t fault_clock_shift(void) { return control ? read_field(&control->clock_shift) : 0; }

static void append(enum fault_record_kind kind, uint64_t inode, const char *below, int64_t offset, const void *bytes,
                   size_t count) {
    struct fault_record head = {FAULT_RECORD_MAGIC, (uint16_t)kind, (uint16_t)strlen(below), inode, offset, count};
    struct iovec parts[3] = {{&head, sizeof head}, {(void *)below, head.path_count}, {(void *)bytes, count}};
    static ssize_t (*real_writev)(int, const struct iovec *, int);
    if (!real_writev) real_writev = fault_real("writev");
    if (real_writev(journal, parts, 3) < 0) abort();
}

void fault_record_file(enum fault_record_kind kind, int file, const char *below, int64_t offset, const void *bytes,
                       size_t count) {
    if (journal < 0) return;
    int kept = errno;
    struct stat status = {0};
    fstat(file, &status);
    append(kind, (uint64_t)status.st_ino, below, offset, bytes, count);
    errno = kept;
}

void fault_record_path(enum fault_record_kind kind, const char *below, const void *bytes, size_t count) {
    if (journal < 0) return;
    int kept = errno;
    append(kind, 0, below, 0, bytes, count);
    errno = kept;
}
