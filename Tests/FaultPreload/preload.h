// Inside the library alone.
#pragma once

#define _GNU_SOURCE
#include "fault_preload.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define FAULT_PATH_MAX 4096

// The function of that name which this library stands in front of.
void *fault_real(const char *name);

// Whether a path lies below FAULT_FOLDER; `below` is then its part below that.
bool fault_is_watched(const char *path, const char **below);
// The same for an open file, whose path is written to `path`, of FAULT_PATH_MAX bytes.
bool fault_is_watched_file(int file, char *path, const char **below);

// One order for all that happens below the folder: held while a call is made and recorded.
void fault_lock(void);
void fault_unlock(void);

// Counts a call; true where it must fail, with `errno` set.
bool fault_fails(enum fault_site site);
// Takes what a file grows by from a limited disk; false, with `errno` set, where it does not fit.
bool fault_takes(int64_t bytes);
void fault_gives_back(int64_t bytes);
// What a limited disk has left; negative where it has no limit of ours.
int64_t fault_free_bytes(void);
int64_t fault_clock_shift(void);

// Appends to the journal, if there is one; `errno` stays.
void fault_record_file(enum fault_record_kind kind, int file, const char *below, int64_t offset, const void *bytes,
                       size_t count);
void fault_record_path(enum fault_record_kind kind, const char *below, const void *bytes, size_t count);
