// Runs every sequence of a few calls on a heap so small that its blocks meet. The fuzzer's checks are made,
// but nothing is left to chance.
//
// After each call the blocks must be aligned, apart and whole. After each sequence all are freed, and the
// largest block that a new heap of that size has must be there again: nothing is lost, and all was merged.
#include "../port/host.h"

#include <stdio.h>
#include <stdlib.h>

enum { LIVE = 8, DEPTH = 8 };

typedef struct model {
  const char *name;
  uint32_t room; // from the heap's base to the end of its first page
  uint32_t pages;
  uint32_t depth;
  bool foreign;      // others may take a page
  uint32_t sizes[5]; // up to a zero
} model;

static struct {
  unsigned char *at;
  uint32_t bytes, mark;
} live[LIVE];
static uint32_t lives;
static bool begun; // there was a first block; until then others may not grow the memory
static uint32_t ops[DEPTH];
static uint64_t sequences;
static uint32_t most; // the largest block of a new heap

static _Noreturn void fail(const model *m, uint32_t depth, const char *what) {
  printf("FAILED: %s: %s, after", m->name, what);
  for (uint32_t i = 0; i <= depth; i++) printf(" %u", ops[i]);
  printf("\n0 passed, 1 failed\n");
  exit(1);
}

static uint32_t sizes_of(const model *m) {
  uint32_t n = 0;
  while (n < 5 && m->sizes[n]) n++;
  return n;
}

static void start(const model *m) {
  lives = 0;
  begun = false;
  machine_reset(PAGE - m->room, 1, m->pages);
}

static void write(uint32_t i) {
  for (uint32_t k = 0; k < live[i].bytes; k += k < 64 ? 1 : 61)
    live[i].at[k] = (unsigned char)(live[i].mark + k);
}
static bool whole(uint32_t i, uint32_t bytes) {
  for (uint32_t k = 0; k < bytes; k += k < 64 ? 1 : 61)
    if (live[i].at[k] != (unsigned char)(live[i].mark + k)) return false;
  return true;
}

// Makes one call. `op` counts through mallocs by size, frees by block and reallocs by block and size; last
// comes a page for others. Returns false if there is no such call in this state.
static bool call(const model *m, uint32_t op, uint32_t depth) {
  uint32_t n = sizes_of(m);
  if (op < n) {
    if (lives == LIVE) return false;
    unsigned char *at = depth % 2 ? heap_calloc(1, m->sizes[op]) : heap_malloc(m->sizes[op]);
    if (!at) return true;
    begun = true;
    live[lives].at = at;
    live[lives].bytes = m->sizes[op];
    live[lives].mark = 1 + depth * 37;
    write(lives++);
    return true;
  }
  op -= n;
  if (op < LIVE) {
    if (op >= lives) return false;
    heap_free(live[op].at);
    for (lives--; op < lives; op++) live[op] = live[op + 1];
    return true;
  }
  op -= LIVE;
  if (op < LIVE * n) {
    uint32_t i = op / n, bytes = m->sizes[op % n];
    if (i >= lives || bytes == live[i].bytes) return false;
    unsigned char *at = heap_realloc(live[i].at, bytes);
    if (!at) return true;
    live[i].at = at;
    if (!whole(i, bytes < live[i].bytes ? bytes : live[i].bytes)) fail(m, depth, "realloc lost bytes");
    live[i].bytes = bytes;
    write(i);
    return true;
  }
  return op == LIVE * n && m->foreign && begun && machine_foreign(1);
}

static void check(const model *m, uint32_t depth) {
  for (uint32_t i = 0; i < lives; i++) {
    uint64_t from = (uintptr_t)live[i].at, to = from + live[i].bytes;
    if (from % 8 || from < machine.heap_base || to > (uint64_t)machine.pages * PAGE)
      fail(m, depth, "a bad address");
    if (!whole(i, live[i].bytes)) fail(m, depth, "a block changed");
    for (uint32_t j = 0; j < i; j++) {
      uint64_t start = (uintptr_t)live[j].at, end = start + live[j].bytes;
      if (from < end && start < to) fail(m, depth, "two blocks overlap");
    }
  }
}

static void explore(const model *m, uint32_t depth) {
  uint32_t all = sizes_of(m) * (1 + LIVE) + LIVE + 1;
  for (uint32_t op = 0; op < all; op++) {
    start(m);
    for (uint32_t i = 0; i < depth; i++) call(m, ops[i], i);
    if (!call(m, op, depth)) continue;
    ops[depth] = op;
    check(m, depth);
    if (depth + 1 < m->depth) {
      explore(m, depth + 1);
      continue;
    }
    sequences++;
    for (uint32_t i = 0; i < lives; i++) heap_free(live[i].at);
    if (!m->foreign && !heap_malloc(most)) fail(m, depth, "all is freed, and the largest block can't be had");
    if (!foreign_untouched()) fail(m, depth, "others' pages were written to");
  }
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  // What the allocator keeps for itself: all below the first block, its header, and the wall at the end.
  machine_reset(1000, 1, 1);
  uint32_t own = (uint32_t)(uintptr_t)heap_malloc(8) - machine.heap_base + 16;
  const model MODELS[] = {
      {"400 bytes that can't grow", own + 400, 1, 6, false, {12, 20, 100}},
      {"400 bytes that can't grow, two sizes", own + 400, 1, 7, false, {12, 100}},
      {"3 KB that can't grow", own + 3000, 1, 6, false, {12, 1020, 1100}},
      {"one page more", own + 1000, 2, 5, false, {12, 700, 1100, 60000}},
      {"pages of others between", own + 1000, 6, 5, true, {12, 1100, 60000, 66000}},
  };
  for (uint32_t i = 0; i < sizeof MODELS / sizeof *MODELS; i++) {
    const model *m = &MODELS[i];
    sequences = 0;
    most = 0;
    for (uint32_t step = 1u << 20; step >= 8; step /= 2) {
      start(m);
      if (heap_malloc(most + step)) most += step;
    }
    explore(m, 0);
    printf("%s: %llu sequences of %u calls\n", m->name, (unsigned long long)sequences, m->depth);
  }
  printf("%u passed, 0 failed\n", (uint32_t)(sizeof MODELS / sizeof *MODELS));
  return 0;
}
