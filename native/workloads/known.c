// An allocator of known cost, on which the measuring itself is tested: floor.c, but every call first counts to a
// number that is set from outside, the first one takes as many pages as one says, and one of them may trap.
//
// What always holds: with nothing set it does what floor.c does. Counting costs the same for each step, since each
// needs the one before.

#define malloc  floor_malloc
#define free    floor_free
#define calloc  floor_calloc
#define realloc floor_realloc
#include "floor.c"
#undef malloc
#undef free
#undef calloc
#undef realloc

static uint32_t steps_each, extra_pages, calls_left, steps_paid;

// How far to count in each call, how many pages to take at once in the next, how many calls to go before one traps
// (0: none does).
EXPORT void set_cost(uint32_t steps, uint32_t pages, uint32_t calls) {
  steps_each = steps;
  extra_pages = pages;
  calls_left = calls;
}

// How many steps all calls so far had to count, modulo 2^32: what they cost, for a clock that is turned by it.
EXPORT uint32_t paid(void) { return steps_paid; }

// Counts; what it returns depends on every step, so that none can be left out.
static uint32_t count_to(uint32_t steps) {
  uint32_t x = 1;
  for (uint32_t i = 0; i < steps; i++) x = (x >> 1) ^ (x * 5);
  return x;
}

static void pay(void) {
  if (calls_left && --calls_left == 0) __builtin_trap();
  if (extra_pages) {
    __builtin_wasm_memory_grow(0, extra_pages);
    extra_pages = 0;
  }
  steps_paid += steps_each;
  // The sum is never this one, which the compiler does not know.
  if (steps_each && count_to(steps_each) == 0x12345678) __builtin_trap();
}

EXPORT void *malloc(size_t size) {
  pay();
  return floor_malloc(size);
}

EXPORT void free(void *block) {
  pay();
  floor_free(block);
}

EXPORT void *calloc(size_t count, size_t size) {
  pay();
  return floor_calloc(count, size);
}

EXPORT void *realloc(void *block, size_t size) {
  pay();
  return floor_realloc(block, size);
}
