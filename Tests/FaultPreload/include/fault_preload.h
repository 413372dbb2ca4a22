// What the library reads and writes outside of the process that it is loaded into. `Sources/Chaos/Preload` has the same
// in Swift: nothing may link this library, since it stands in the place of the system's calls.
#pragma once

#include <stdint.h>

// Which calls are counted and can fail.
enum fault_site { FAULT_SYNC = 0, FAULT_WRITE = 1, FAULT_TRUNCATE = 2, FAULT_SITE_COUNT = 3 };

// A file of one page, shared with whoever plans the faults (FAULT_CONTROL). Each field is one 64-bit number.
struct fault_control {
    // Added to what the wall clock says, in milliseconds.
    int64_t clock_shift;
    // The site whose calls fail, from call number `fail_from` up to, not including, `fail_until`, with `fail_errno`.
    int64_t fail_site;
    int64_t fail_from;
    int64_t fail_until;
    int64_t fail_errno;
    // How many calls failed.
    int64_t failed;
    // Whether the disk is as large as `free_bytes` says; growing files take from it, and unlinked ones give back.
    int64_t is_limited;
    int64_t free_bytes;
    // How often each site was called.
    int64_t calls[FAULT_SITE_COUNT];
};

// One record of the journal (FAULT_JOURNAL): this head, the path below the folder, then `data_count` bytes. Those of a
// rename are the new path.
enum fault_record_kind {
    FAULT_RECORD_WRITE = 1,
    FAULT_RECORD_TRUNCATE = 2,
    FAULT_RECORD_CREATE = 3,
    FAULT_RECORD_RENAME = 4,
    FAULT_RECORD_UNLINK = 5,
    FAULT_RECORD_FOLDER = 6,
    // A sync covers what was written before its beginning, once it has ended well.
    FAULT_RECORD_SYNC_BEGIN = 7,
    FAULT_RECORD_SYNC_END = 8,
    FAULT_RECORD_SYNC_FAILED = 9,
    // Put between the others by whoever watches: what a client has in its hand by now.
    FAULT_RECORD_NOTE = 10,
};

struct fault_record {
    uint32_t magic;
    uint16_t kind;
    uint16_t path_count;
    uint64_t inode;
    // Where bytes were written, the size after a truncation, or the number of the sync.
    int64_t offset;
    uint64_t data_count;
};

#define FAULT_RECORD_MAGIC 0x544c4146u
