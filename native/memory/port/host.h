// A machine for the allocator to run on in host tests: a WebAssembly memory of up to 4 GiB, made of the host's own
// low addresses, so that an address is 32 bits wide here as there.
//
// What always holds: the memory is `machine.pages` pages long and zero where nobody wrote. What lies beyond its end
// can't be read nor written. What lies below the heap's base and pages that others took are poisoned (under ASan)
// or filled with FOREIGN and checked by `foreign_untouched` (without).
#pragma once

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// memory.c is compiled as for a machine of 32-bit sizes: sizes that overflow do so as in WebAssembly.
#ifdef HEAP_HOST
#undef PTRDIFF_MAX
#undef SIZE_MAX
#define PTRDIFF_MAX    INT32_MAX
#define SIZE_MAX       UINT32_MAX
#define size_t         uint32_t
#define EXPORT(name)   heap_##name
#define heap_start()   ((char *)(uintptr_t)machine.heap_base)
#define memory_pages() (machine.pages)
#define memory_grow(n) machine_grow(n)
// The compiler's own functions, so that a sanitizer sees each of them.
#define copy(to, from, bytes) __builtin_memcpy((to), (from), (bytes))
#define clear(to, bytes)      __builtin_memset((to), 0, (bytes))
#define stop()                machine_stop()
#endif

#define PAGE    65536u
#define FOREIGN 0xf0

typedef struct machine {
  uint32_t heap_base; // what the linker would say
  uint32_t pages;     // the memory's length
  uint32_t limit;     // the most it may have
  uint32_t grows;     // that were asked for and granted
  uint32_t refused;
  uint32_t fail_after; // so many are granted, then all are refused
  jmp_buf *armed;      // where a trap leads, if it is expected
} machine_state;

extern machine_state machine;
extern jmp_buf
    *machine_last_resort; // where a trap leads that nobody expects, if not to the end of the program

// The address range that memories live in, by page. Set by the build: ASan has a place of its own in the middle
// of the low 4 GiB, so its builds end below 2 GiB.
extern const uint32_t machine_first, machine_end;

// A fresh memory: `pages` counted from machine_first, of which the heap has what lies above `base`, an offset.
void machine_reset(uint32_t base, uint32_t pages, uint32_t limit);

// Somebody else grows the memory and uses all of it.
bool machine_foreign(uint32_t pages);

// Nobody wrote to pages that others took, or below the heap's base.
bool foreign_untouched(void);

uint32_t machine_grow(uint32_t pages);
_Noreturn void machine_stop(void);

// Runs EXPRESSION: did it trap?
#define TRAPS(expression)        \
  ({                             \
    jmp_buf here;                \
    bool trapped = setjmp(here); \
    if (!trapped) {              \
      machine.armed = &here;     \
      (void)(expression);        \
    }                            \
    machine.armed = NULL;        \
    trapped;                     \
  })

// The functions under test. Sizes are 32 bits wide.
void *heap_malloc(uint32_t bytes);
void heap_free(void *payload);
void *heap_calloc(uint32_t count, uint32_t each);
void *heap_realloc(void *payload, uint32_t bytes);
void *heap_aligned_alloc(uint32_t alignment, uint32_t bytes);
int heap_posix_memalign(void **out, uint32_t alignment, uint32_t bytes);
uint32_t heap_malloc_usable_size(void *payload);
