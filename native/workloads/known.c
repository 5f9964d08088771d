// An allocator of known cost, to test the measuring: floor.c, made slower, larger or faulty by set_cost.
//
// It always holds that before set_cost it does what floor.c does, and that each step of counting takes as
// long as any other, since each needs the result of the one before.

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

// From now on each call counts to `steps`. The next one also grows the memory by `pages`. The `calls`-th one
// traps; none does if `calls` is 0.
EXPORT void set_cost(uint32_t steps, uint32_t pages, uint32_t calls) {
  steps_each = steps;
  extra_pages = pages;
  calls_left = calls;
}

// How many steps all calls so far have counted, modulo 2^32. A test turns its clock by this.
EXPORT uint32_t paid(void) { return steps_paid; }

// Counts. The result depends on every step, so the compiler can leave none out.
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
  // The result is never this number, but the compiler does not know that.
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
