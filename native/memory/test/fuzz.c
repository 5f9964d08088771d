// A libFuzzer target: any bytes are a program of allocator calls. It runs beside a shadow map, which lies
// outside the heap and has every live block, its size and its content. After each call these must hold:
//   - No two blocks overlap. Each is aligned, and inside the memory.
//   - Contents are as they were written: both sizes' common part after realloc, zeros after calloc.
//   - A call that was refused has changed nothing.
//   - A block that was freed traps when it is freed again.
// The kept corpus depends on how bytes become calls: a change to that makes it worthless.
#include "../port/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 64, GONE = 16, WRITTEN = 300 };

typedef struct block {
  unsigned char *at;
  uint32_t bytes;
  unsigned char mark;
} block;

static block blocks[BLOCKS];
static unsigned char *gone[GONE];
static uint32_t gone_next;
static unsigned char marks;
static bool begun; // there was a first block; until then others may not grow the memory

static const uint8_t *data;
static size_t left;
static uint32_t next_byte(void) { return left ? left--, *data++ : 0; }

static _Noreturn void fail(const char *what, const block *b) {
  fprintf(stderr, "fuzz: %s: block %p of %u bytes\n", what, (void *)b->at, b->bytes);
  abort();
}

static uint32_t address(const void *p) { return (uint32_t)(uintptr_t)p; }

// Writes both ends of a block, or compares them; all of a short block.
static bool stands(const block *b, uint32_t bytes, bool write) {
  for (uint32_t i = 0; i < bytes; i++) {
    if (i == WRITTEN && b->bytes > 2 * WRITTEN) {
      if (bytes <= b->bytes - WRITTEN) return true;
      i = b->bytes - WRITTEN;
    }
    unsigned char byte = (unsigned char)(b->mark + i * 7);
    if (write)
      b->at[i] = byte;
    else if (b->at[i] != byte)
      return false;
  }
  return true;
}

static void admit(block *b, unsigned char *at, uint32_t bytes, uint32_t alignment) {
  *b = (block){at, bytes, ++marks};
  if (address(at) % alignment || address(at) % 8) fail("alignment", b);
  if (address(at) <= machine.heap_base || address(at) + (uint64_t)bytes > (uint64_t)machine.pages * PAGE)
    fail("outside the memory", b);
  if (heap_malloc_usable_size(at) < bytes) fail("usable size", b);
  uint64_t from = address(at), to = from + (bytes ? bytes : 1);
  for (block *other = blocks; other < blocks + BLOCKS; other++)
    if (other != b && other->at) {
      uint64_t start = address(other->at), end = start + (other->bytes ? other->bytes : 1);
      if (from < end && start < to) fail("overlap", b);
    }
  stands(b, bytes, true);
  begun = true;
}

static uint32_t next_size(void) {
  uint32_t kind = next_byte(), low = next_byte();
  switch (kind & 7) {
  case 0:
    return low;
  case 1:
    return low & 31;
  case 2:
    return low * 8 + (kind >> 3);
  case 3:
    return low * 64 + (kind >> 3);
  case 4:
    return low * 1024 + (kind >> 3);
  case 5:
    return 65536 + low - 128 - (kind >> 3) * 8;
  case 6:
    return 1024 + low - 128;
  default:
    return low < 8 ? ~(low * 16 + (kind >> 3)) : low < 16 ? 0x7fffffff + low - 12 : low * 4096;
  }
}

static void leave(block *b) {
  if (!stands(b, b->bytes, false)) fail("contents", b);
  heap_free(b->at);
  gone[gone_next++ % GONE] = b->at;
  b->at = NULL;
}

static void allocate(block *b, uint32_t how) {
  uint32_t bytes = next_size(), refused = machine.refused;
  unsigned char *at = NULL;
  uint32_t alignment = 8;
  if (how == 0) {
    uint32_t each = 1 + next_byte() % 9;
    at = heap_calloc(bytes / each, each);
    bytes = bytes / each * each;
    for (uint32_t i = 0; at && i < bytes; i++)
      if (at[i]) fail("calloc is not zero", &(block){at, bytes, 0});
  } else if (how == 1) {
    alignment = 1u << next_byte() % 18;
    at = heap_aligned_alloc(alignment, bytes);
  } else if (how == 2) {
    void *out = &bytes;
    alignment = 1u << next_byte() % 18;
    int error = heap_posix_memalign(&out, alignment, bytes);
    if (error && out != &bytes) fail("posix_memalign wrote", b);
    at = error ? NULL : out;
    if (error && alignment < sizeof(void *)) return;
  } else if (how == 3) {
    at = heap_realloc(NULL, bytes);
  } else {
    at = heap_malloc(bytes);
  }
  if (at)
    admit(b, at, bytes, alignment);
  else if (bytes < 0x40000000 && machine.refused == refused)
    fail("refused without asking for memory", &(block){NULL, bytes, 0});
}

static void move(block *b) {
  uint32_t bytes = next_size();
  block old = *b;
  if (!stands(b, b->bytes, false)) fail("contents", b);
  unsigned char *at = heap_realloc(b->at, bytes);
  if (!at) {
    if (!stands(b, b->bytes, false)) fail("a refused realloc changed", b);
    return;
  }
  if (at != old.at) gone[gone_next++ % GONE] = old.at;
  block moved = {at, old.bytes, old.mark};
  uint32_t least = bytes < old.bytes ? bytes : old.bytes;
  if (!stands(&moved, least, false)) fail("realloc lost bytes", &old);
  admit(b, at, bytes, 8);
}

static void misuse(void) {
  uint32_t kind = next_byte();
  unsigned char *at = gone[kind % GONE];
  if (!at) return;
  for (int i = 0; i < BLOCKS; i++)
    if (blocks[i].at == at) return;
  kind = kind / GONE % 3;
  if (!TRAPS(kind == 0   ? heap_free(at)
             : kind == 1 ? (void)heap_realloc(at, 10)
                         : (void)heap_malloc_usable_size(at)))
    fail("use of a freed block was not found", &(block){at, 0, 0});
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  data = bytes, left = count;
  memset(blocks, 0, sizeof blocks);
  memset(gone, 0, sizeof gone);
  gone_next = marks = 0;
  begun = false;
  uint32_t base = 8 + next_byte() * 240, pages = 1 + next_byte() % 4;
  machine_reset(base, pages, 4 + next_byte() * 2);

  while (left) {
    uint32_t what = next_byte();
    block *b = &blocks[what % BLOCKS];
    what = (what / BLOCKS) * 64 + next_byte() % 64;
    if (what % 16 == 15) {
      switch (what / 16 % 8) {
      case 0:
        if (begun) machine_foreign(1);
        break;
      case 1:
        machine.fail_after = machine.grows + next_byte() % 4;
        break;
      case 2:
        machine.fail_after = UINT32_MAX;
        break;
      case 3:
        for (int i = 0; i < BLOCKS; i += 2)
          if (blocks[i].at) leave(&blocks[i]);
        break;
      case 4:
        for (int i = 0; i < BLOCKS; i++)
          if (blocks[i].at) leave(&blocks[i]);
        break;
      default:
        misuse();
      }
    } else if (!b->at) {
      allocate(b, what % 16);
    } else if (what % 16 < 5) {
      move(b);
    } else {
      leave(b);
    }
  }
  for (int i = 0; i < BLOCKS; i++)
    if (blocks[i].at) leave(&blocks[i]);
  if (!foreign_untouched()) fail("pages of others were written to", &blocks[0]);
  return 0;
}
