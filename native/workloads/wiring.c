// Records made and deleted in a loop inside wasm: to measure what reaching malloc costs, however it is wired.
//
// What always holds: the Records are those of native/record, the same source. Only where `malloc` and `free` lead
// differs: to imports; with THROUGH_TABLE, to whatever is in two slots of the function table; or, linked with an
// allocator into one module, straight to it.

#include "../record/record.h"

#include <stddef.h>
#include <stdint.h>

#define EXPORT __attribute__((used, visibility("default")))

#ifdef THROUGH_TABLE
static void *(*table_malloc)(size_t);
static void (*table_free)(void *);

// record.c was compiled to call these two by these names.
void *heap_lab_malloc(size_t size) { return table_malloc(size); }
void heap_lab_free(void *block) { table_free(block); }

EXPORT void set_slots(void *(*malloc_slot)(size_t), void (*free_slot)(void *)) {
  table_malloc = malloc_slot;
  table_free = free_slot;
}
#endif

// Makes `count` Records, keeps their addresses at `place`, deletes them all. Returns the number of calls, or 0 when
// there was no memory for one.
EXPORT uint32_t churn_records(struct Record **place, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    place[i] = createRecord((int)i, 1.1f, 2.2f);
    if (!place[i]) return 0;
  }
  for (uint32_t i = 0; i < count; i++) deleteRecord(place[i]);
  return 2 * count;
}
