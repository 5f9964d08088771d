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
static bool reserved;

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
static void open_up(uint32_t from, uint32_t to) {
  if (mprotect(at(bytes_of(from)), bytes_of(to) - bytes_of(from), PROT_READ | PROT_WRITE)) {
    perror("host: mprotect");
    exit(1);
  }
}

// What free is given may be the heap's first byte: the word below it may be read.
enum { LOOK = 8 };

static void disown(uint64_t from, uint64_t to) {
  if (!POISONS) memset(at(from), FOREIGN, to - from);
  ASAN_POISON_MEMORY_REGION(at(from), to - from);
}

void machine_reset(uint32_t base, uint32_t pages, uint32_t limit) {
  if (reserved) {
    ASAN_UNPOISON_MEMORY_REGION(at(bytes_of(machine_first)), bytes_of(machine.pages - machine_first));
    reserve(machine_first, machine.pages, MAP_FIXED); // which also makes it zero
  } else {
    reserve(machine_first, machine_end, MAP_FIXED_NOREPLACE);
    reserved = true;
  }
  open_up(machine_first, machine_first + pages);
  uint32_t first = machine_first * PAGE;
  machine = (machine_state){.heap_base = first + base, .pages = machine_first + pages};
  machine.limit = limit < machine_end - machine_first ? machine_first + limit : machine_end;
  machine.fail_after = UINT32_MAX;
  foreigners = 0;
  disown(first, machine.heap_base - LOOK);
}

uint32_t machine_grow(uint32_t pages) {
  uint32_t from = machine.pages;
  if (machine.grows >= machine.fail_after || pages > machine.limit - from) {
    machine.refused++;
    return UINT32_MAX;
  }
  if (machine.grows < 4096) machine.asked[machine.grows] = pages;
  machine.grows++;
  machine.pages += pages;
  open_up(from, machine.pages);
  return from;
}

bool machine_foreign(uint32_t pages) {
  if (pages > machine.limit - machine.pages || foreigners == sizeof foreign / sizeof *foreign) return false;
  foreign[foreigners].from = machine.pages;
  foreign[foreigners++].to = machine.pages + pages;
  open_up(machine.pages, machine.pages + pages);
  disown(bytes_of(machine.pages), bytes_of(machine.pages + pages));
  machine.pages += pages;
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
  return still(bytes_of(machine_first), machine.heap_base - LOOK);
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
