// The floor: an allocator that does about as little as one can. It is a yardstick, and not meant for use.
//
// It always holds that a block comes from the list of its size class, last freed first, or else from the end
// of the heap. No block is ever merged, split, moved to another class, or checked. So a workload's time on
// this allocator is mostly that of its own loop, of calls between modules, and of the memory that it touches.
//
//     | class (4 bytes) | block … |       the block is aligned to 8

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EXPORT __attribute__((used, visibility("default")))

extern unsigned char __heap_base;

enum { PAGE = 65536, SMALL = 1024, SMALL_CLASSES = SMALL / 8 + 1, CLASSES = SMALL_CLASSES + 4 * 22 };

static uint32_t *lists[CLASSES];
static uint32_t end, limit;

// The classes: one for each multiple of 8 up to SMALL, then four for each power of two.
static uint32_t class_of(uint32_t size) {
  if (size <= SMALL) return (size + 7) / 8;
  uint32_t log2 = 31 - (uint32_t)__builtin_clz(size - 1);
  return SMALL_CLASSES + 4 * (log2 - 10) + (((size - 1) >> (log2 - 2)) & 3);
}

static uint32_t size_of(uint32_t class) {
  if (class < SMALL_CLASSES) return 8 * class;
  uint32_t step = class - SMALL_CLASSES, log2 = 10 + step / 4;
  return (4 + step % 4 + 1) << (log2 - 2);
}

static __attribute__((noinline)) void *cut(uint32_t class) {
  uint32_t bytes = (8 + size_of(class)) & ~7u;
  if (!end) {
    end = (((uint32_t)(uintptr_t)&__heap_base + 7) & ~7u) + 4;
    limit = (uint32_t)__builtin_wasm_memory_size(0) * PAGE;
  }
  if (bytes > limit - end) {
    uint32_t pages = (bytes - (limit - end) + PAGE - 1) / PAGE;
    if (__builtin_wasm_memory_grow(0, pages) == SIZE_MAX) return 0;
    limit += pages * PAGE;
  }
  uint32_t *block = (uint32_t *)(uintptr_t)end;
  end += bytes;
  *block = class;
  return block + 1;
}

EXPORT void *malloc(size_t size) {
  if (size > 1u << 31) return 0;
  uint32_t class = class_of(size ? size : 1);
  uint32_t *block = lists[class];
  if (!block) return cut(class);
  lists[class] = *(uint32_t **)block;
  return block;
}

EXPORT void free(void *block) {
  if (!block) return;
  uint32_t class = ((uint32_t *)block)[-1];
  *(uint32_t **)block = lists[class];
  lists[class] = block;
}

EXPORT void *calloc(size_t count, size_t size) {
  uint64_t bytes = (uint64_t)count * size;
  void *block = bytes >> 31 ? 0 : malloc((size_t)bytes);
  return block ? memset(block, 0, (size_t)bytes) : 0;
}

EXPORT void *realloc(void *block, size_t size) {
  if (!block) return malloc(size);
  uint32_t had = size_of(((uint32_t *)block)[-1]);
  if (size <= had) return block;
  void *moved = malloc(size);
  if (!moved) return 0;
  memcpy(moved, block, had);
  free(block);
  return moved;
}
