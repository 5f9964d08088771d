// The port to a machine made for tests: a WebAssembly memory of up to 4 GiB, made of this computer's own low
// addresses, so that an address has 32 bits here, too. See port.h.
//
// memory.c sees all of this file; a test, which is compiled without HEAP_HOST, sees the second half.
//
// It always holds that the memory is `machine.pages` pages long, and zero where nobody wrote. What lies
// beyond its end can't be read or written. Pages of others, and what lies below the heap's base, are poisoned
// where ASan runs; elsewhere they are filled with FOREIGN, and foreign_untouched() looks at them.
#pragma once

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- What memory.c sees ----

#ifdef HEAP_HOST

typedef uint32_t word;
#define WORD_SIZE 4

// Sizes have 32 bits, so that those which overflow in WebAssembly overflow here.
#undef PTRDIFF_MAX
#undef SIZE_MAX
#define PTRDIFF_MAX INT32_MAX
#define SIZE_MAX    UINT32_MAX
#define size_t      uint32_t

// The host has a malloc of its own.
#define malloc             heap_malloc
#define free               heap_free
#define calloc             heap_calloc
#define realloc            heap_realloc
#define aligned_alloc      heap_aligned_alloc
#define posix_memalign     heap_posix_memalign
#define malloc_usable_size heap_malloc_usable_size

#define heap_start()              ((char *)(uintptr_t)machine.heap_base)
#define memory_pages()            (machine.pages)
#define memory_grow(pages)        machine_grow(pages)
#define root_address()            (machine.root)
#define set_root_address(address) ((void)(machine.root = (address)))
#define NULL_READS_ZERO           0
// The compiler's own functions, so that a sanitizer sees each of them.
#define copy(to, from, bytes)         __builtin_memcpy((to), (from), (bytes))
#define clear(to, bytes)              __builtin_memset((to), 0, (bytes))
#define stop()                        machine_stop()
#define custom_section(name, content) _Static_assert(1, name)

#endif

// ---- The machine ----

#define PAGE    65536u
#define FOREIGN 0xf0

typedef struct machine {
  uint32_t heap_base; // what the linker would say
  uint32_t root;    // what the allocator keeps; a test with two heaps sets both of these for the one it calls
  uint32_t pages;   // the memory's length
  uint32_t limit;   // the most it may have
  uint32_t grows;   // how often it was grown, but for machine_foreign
  uint32_t refused; // how often it refused to grow
  uint32_t fail_after; // after so many grows every other is refused
  jmp_buf *armed;      // where a trap leads that a test expects
} machine_state;

extern machine_state machine;
extern jmp_buf *machine_last_resort; // where any other trap leads; if NULL, the program ends

// The range of pages that memories lie in. The build sets it: under ASan, which keeps the middle of the low 4
// GiB for itself, it ends below 2 GiB.
extern const uint32_t machine_first, machine_end;

// A fresh memory of so many pages from machine_first on. Above the offset `base` it is the heap's.
void machine_reset(uint32_t base, uint32_t pages, uint32_t limit);

// Somebody else grows the memory and uses the new pages. False if the memory can't grow by so many.
bool machine_foreign(uint32_t pages);

// Whether nobody wrote to pages of others, or below the heap's base.
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

// The functions of memory.h by the names that they have here. Sizes have 32 bits.
void *heap_malloc(uint32_t bytes);
void heap_free(void *block);
void *heap_calloc(uint32_t count, uint32_t each);
void *heap_realloc(void *block, uint32_t bytes);
void *heap_aligned_alloc(uint32_t alignment, uint32_t bytes);
int heap_posix_memalign(void **out, uint32_t alignment, uint32_t bytes);
uint32_t heap_malloc_usable_size(void *block);
