// Makes and deletes Records in a loop inside WebAssembly, to measure what a call of malloc costs in each
// wiring.
//
// It always holds that the Records are those of native/record, from the same source. Only what `malloc` and
// `free` are differs: imports; with THROUGH_TABLE, two slots of the function table; linked with an allocator
// into one module, functions of that module.

#include "../record/record.h"

#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((used, visibility("default")))

#ifdef THROUGH_TABLE
static void *(*table_malloc)(size_t);
static void (*table_free)(void *);

// record.c is compiled to call these two in place of malloc and free.
void *heap_lab_malloc(size_t size) { return table_malloc(size); }
void heap_lab_free(void *block) { table_free(block); }

EXPORT void set_slots(void *(*malloc_slot)(size_t), void (*free_slot)(void *)) {
  table_malloc = malloc_slot;
  table_free = free_slot;
}
#endif

// Makes `count` Records, keeps their addresses at `place`, and deletes them all. Returns the number of calls
// of malloc and free, or 0 if there was no memory for a Record.
EXPORT uint32_t churn_records(struct Record **place, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    place[i] = createRecord((int)i, 1.1f, 2.2f);
    if (!place[i]) return 0;
  }
  for (uint32_t i = 0; i < count; i++) deleteRecord(place[i]);
  return 2 * count;
}
