// See host.h.
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define POISONS 1
#else
#define POISONS                                   0
#define ASAN_POISON_MEMORY_REGION(start, bytes)   ((void)(start), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(start, bytes) ((void)(start), (void)(bytes))
#endif

#ifndef MACHINE_FIRST
#define MACHINE_FIRST 0x1000 // 256 MiB
#endif
#ifndef MACHINE_END
#define MACHINE_END 0x6000 // 1.5 GiB
#endif

machine_state machine;
jmp_buf *machine_last_resort;
const uint32_t machine_first = MACHINE_FIRST, machine_end = MACHINE_END;

static struct {
  uint32_t from, to; // pages
} foreign[4096];
static uint32_t foreigners;

static char *at(uint64_t address) { return (char *)(uintptr_t)address; }
static uint64_t bytes_of(uint32_t pages) { return (uint64_t)pages * PAGE; }

// The whole range is reserved at first; what lies beyond the memory's end can't be read nor written.
static void reserve(uint32_t from, uint32_t to, int flags) {
  flags |= MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  if (mmap(at(bytes_of(from)), bytes_of(to) - bytes_of(from), PROT_NONE, flags, -1, 0) !=
      at(bytes_of(from))) {
    perror("host: the low addresses are taken");
    exit(1);
  }
}
static void protect(uint32_t from, uint32_t to, int as) {
  if (mprotect(at(bytes_of(from)), bytes_of(to) - bytes_of(from), as)) {
    perror("host: mprotect");
    exit(1);
  }
}

static void disown(uint64_t from, uint64_t to) {
  if (!POISONS) memset(at(from), FOREIGN, to - from);
  ASAN_POISON_MEMORY_REGION(at(from), to - from);
}

// The pages [machine_first, opened) may be read and written as far as the host is concerned. Under ASan those
// of them beyond the memory's end are poisoned: that is much faster than to close them. Fresh pages are zero.
static uint32_t opened;

static void lengthen(uint32_t to) {
  if (to > opened) {
    protect(opened, to, PROT_READ | PROT_WRITE);
    opened = to;
  }
  ASAN_UNPOISON_MEMORY_REGION(at(bytes_of(machine.pages)), bytes_of(to - machine.pages));
  machine.pages = to;
}

void machine_reset(uint32_t base, uint32_t pages, uint32_t limit) {
  uint32_t heap_base = machine_first * PAGE + base, shape = machine_first + pages;
  if (!opened) {
    reserve(machine_first, machine_end, MAP_FIXED_NOREPLACE);
    opened = machine.pages = machine_first;
  }
  if (machine.pages == shape && machine.heap_base == heap_base && !foreigners) {
    memset(at(heap_base), 0, bytes_of(shape) - heap_base); // nothing else was touched
  } else {
    uint64_t start = bytes_of(machine_first), length = bytes_of(machine.pages) - start;
    ASAN_UNPOISON_MEMORY_REGION(at(start), bytes_of(opened) - start);
    if (POISONS && opened - machine_first <= 16) {
      memset(at(start), 0, length); // faster than fresh pages
      ASAN_POISON_MEMORY_REGION(at(start), bytes_of(opened) - start);
    } else if (opened > machine_first) {
      reserve(machine_first, opened, MAP_FIXED);
      opened = machine_first;
    }
    machine.pages = machine_first;
    lengthen(shape);
    disown(start, heap_base);
  }
  machine = (machine_state){.heap_base = heap_base, .pages = shape};
  machine.limit = limit < machine_end - machine_first ? machine_first + limit : machine_end;
  machine.fail_after = UINT32_MAX;
  foreigners = 0;
}

uint32_t machine_grow(uint32_t pages) {
  uint32_t from = machine.pages;
  if (machine.grows >= machine.fail_after || pages > machine.limit - from) {
    machine.refused++;
    return UINT32_MAX;
  }
  machine.grows++;
  lengthen(from + pages);
  return from;
}

bool machine_foreign(uint32_t pages) {
  uint32_t from = machine.pages;
  if (pages > machine.limit - from || foreigners == sizeof foreign / sizeof *foreign) return false;
  lengthen(from + pages);
  disown(bytes_of(from), bytes_of(from + pages));
  foreign[foreigners].from = from;
  foreign[foreigners++].to = from + pages;
  return true;
}

static bool still(uint64_t from, uint64_t to) {
  for (char *byte = at(from); byte < at(to); byte++)
    if (*byte != (char)FOREIGN) return false;
  return true;
}

bool foreign_untouched(void) {
  if (POISONS) return true; // a touch would have ended the program
  for (uint32_t i = 0; i < foreigners; i++)
    if (!still(bytes_of(foreign[i].from), bytes_of(foreign[i].to))) return false;
  return still(bytes_of(machine_first), machine.heap_base);
}

void machine_stop(void) {
  jmp_buf *to = machine.armed ? machine.armed : machine_last_resort;
  if (!to) {
    fprintf(stderr, "host: the allocator trapped where no trap was expected\n");
    abort();
  }
  machine.armed = NULL;
  longjmp(*to, 1);
}
