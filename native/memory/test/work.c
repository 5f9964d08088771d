// Programs that try to make malloc and free slow. Work is counted, not timed: memory.c is compiled to count
// each basic block that it runs, so the figures are the same on every machine.
//
// Each storm runs on a heap, and on one 16 times as large. The mean work of a call must not grow with the
// heap: 16 times the work would mean a walk over it. Half as much again is allowed, since the larger heap has
// more doublings. Each storm has a bound of its own, too. The longest call is printed only: a sweep is long,
// but rare.
#include "../port/host.h"

#include <stdio.h>
#include <stdlib.h>

enum { FEW = 4000, TIMES = 16, MEAN = 150 };

static uint64_t ran, worst, calls;

void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void) { ran++; }

static uint32_t seed;
static uint32_t random_number(void) {
  seed ^= seed << 13;
  seed ^= seed >> 17;
  return seed ^= seed << 5;
}

#define COUNTED(call)                               \
  ({                                                \
    uint64_t before = ran;                          \
    __auto_type result = (call);                    \
    if (ran - before > worst) worst = ran - before; \
    calls++;                                        \
    result;                                         \
  })
static void *take(uint32_t bytes) { return COUNTED(heap_malloc(bytes)); }
static void give(void *p) { COUNTED((heap_free(p), 0)); }
static void *move(void *p, uint32_t bytes) { return COUNTED(heap_realloc(p, bytes)); }

static void *blocks[FEW * TIMES * 2];

// Each free block is a little too small for what is asked for next.
static void a_comb(uint32_t n) {
  for (uint32_t i = 0; i < n * 2; i++) blocks[i] = take(2000);
  for (uint32_t i = 0; i < n * 2; i += 2) give(blocks[i]);
  for (uint32_t i = 0; i < n; i++) take(2010);
}
// One bin full of blocks, the largest at its far end.
static void one_full_bin(uint32_t n) {
  for (uint32_t i = 0; i < n * 2; i++) blocks[i] = take(i % 2 ? 20 : 5000 + i % 100);
  for (uint32_t i = 0; i < n * 2; i += 2) give(blocks[i]);
  for (uint32_t i = 0; i < n; i++) blocks[i * 2] = take(5100);
}
// Small blocks are cached, and again and again the program asks for what none of them can give.
static void small_ones_for_large_ones(uint32_t n) {
  for (uint32_t i = 0; i < n; i++) blocks[i] = take(40);
  for (uint32_t i = 0; i < n; i++) {
    give(blocks[i]);
    blocks[i] = take(40 + i % 7 * 200);
    give(take(60000));
  }
}
static void sizes_in_turn(uint32_t n) {
  for (uint32_t round = 0; round < 8; round++) {
    for (uint32_t i = 0; i < n; i++) blocks[i] = take(16 + round * 90);
    for (uint32_t i = 0; i < n; i++) give(blocks[i * 7 % n]);
  }
}
// Every second small block is freed, so no two can be merged. Then larger blocks are asked for.
static void no_two_together(uint32_t n) {
  for (uint32_t i = 0; i < n * 2; i++) blocks[i] = take(100);
  for (uint32_t i = 0; i < n * 2; i += 2) give(blocks[i]);
  for (uint32_t i = 0; i < n; i++) blocks[i * 2] = take(i % 2 ? 300 : 1500);
}
static void churn(uint32_t n) {
  for (uint32_t i = 0; i < n; i++) blocks[i] = NULL;
  for (uint32_t step = 0; step < n * 6; step++) {
    uint32_t i = random_number() % n;
    if (blocks[i])
      give(blocks[i]), blocks[i] = NULL;
    else
      blocks[i] = take(random_number() % 16 ? random_number() % 300 : random_number() % 20000);
  }
}
static void vectors_in_turn(uint32_t n) {
  for (uint32_t i = 0; i < n; i++) blocks[i] = NULL;
  for (uint32_t bytes = 16; bytes < 2000; bytes = bytes * 3 / 2)
    for (uint32_t i = 0; i < n; i++) blocks[i] = move(blocks[i], bytes);
}
// The memory can't grow, and call after call must be refused.
static void refused(uint32_t n) {
  for (uint32_t i = 0; i < n; i++) blocks[i] = take(100);
  machine.limit = machine.pages;
  for (uint32_t i = 0; i < n; i++) take(900000000);
}
// Most of the heap is chunks of the smallest size. Just as much as brings about a sweep is cached, in large
// chunks. So a sweep makes the most visits, and the fewest calls share them.
static void dust(uint32_t n) {
  for (uint32_t i = 0; i < n * 16; i++) take(1);
  ran = calls = 0;
  for (uint32_t round = 0; round < 20; round++) {
    uint32_t some = n * 16 / 900;
    for (uint32_t i = 0; i < some; i++) blocks[i] = take(1010);
    for (uint32_t i = 0; i < some; i++) give(blocks[i]);
    give(take(some * 1016));
  }
}
// A small aligned block again and again, beside the cut.
static void aligned_ones(uint32_t n) {
  for (uint32_t i = 0; i < n * 16; i++) take(1);
  ran = calls = 0;
  for (uint32_t i = 0; i < n * 16; i++) give(COUNTED(heap_aligned_alloc(16, 100)));
}
// The memory may grow, but not by as much as a heap of this size asks for.
static void near_the_limit(uint32_t n) {
  for (uint32_t i = 0; i < n * 8; i++) take(100);
  machine.limit = machine.pages + 10;
  ran = calls = 0;
  for (uint32_t i = 0; i < 10; i++) {
    void *small = take(30);
    give(small);
    take(60000);
  }
  for (uint32_t i = 0; i < n; i++) give(take(30));
}
// Two neighbours are freed, then a block larger than either is asked for. Only merging helps, and many others
// wait.
static void neighbours_for_larger_ones(uint32_t n) {
  for (uint32_t i = 0; i < n * 2; i++) blocks[i] = take(24);
  for (uint32_t i = 0; i < n * 2; i += 2) give(blocks[i]);
  ran = calls = 0;
  for (uint32_t i = 0; i < n * 4; i++) {
    void *a = take(500), *b = take(500);
    give(a), give(b);
    void *c = take(1004), *d = take(24 + i % 90 * 8);
    give(c), give(d);
  }
}
static void pages_of_others(uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    blocks[i] = take(2000);
    if (i % 32 == 0) machine_foreign(1);
  }
  for (uint32_t i = 0; i < n; i++) give(blocks[i * 7 % n]);
  for (uint32_t i = 0; i < n; i++) blocks[i] = take(1500);
}

static const struct {
  const char *name;
  void (*run)(uint32_t n);
  uint32_t mean; // basic blocks of a call, at most
} STORMS[] = {{"a comb of blocks too small", a_comb, MEAN},
              {"one bin full of blocks", one_full_bin, MEAN},
              {"small ones freed, large ones asked for", small_ones_for_large_ones, MEAN},
              {"one size after the other", sizes_in_turn, MEAN},
              {"no two free ones together", no_two_together, MEAN},
              {"random sizes", churn, MEAN},
              {"vectors that grow in turn", vectors_in_turn, MEAN},
              {"calls that are refused", refused, MEAN},
              {"dust, and few large ones freed", dust, 5000},
              {"small aligned ones", aligned_ones, 400},
              {"near the limit", near_the_limit, MEAN},
              {"neighbours freed for larger ones", neighbours_for_larger_ones, MEAN},
              {"pages of others in between", pages_of_others, MEAN}};

int main(void) {
  uint32_t passed = 0, failed = 0;
  for (uint32_t i = 0; i < sizeof STORMS / sizeof *STORMS; i++) {
    double mean[2];
    uint64_t longest = 0;
    for (int large = 0; large < 2; large++) {
      machine_reset(1000, 2, 0xf000);
      seed = 99;
      ran = worst = calls = 0;
      STORMS[i].run(large ? FEW * TIMES : FEW);
      mean[large] = (double)ran / (double)calls;
      longest = worst;
    }
    bool bounded = mean[1] < mean[0] * 3 / 2 + 5 && mean[1] < STORMS[i].mean;
    printf("%s%s: %.1f basic blocks a call, %.1f with %d times the blocks; the longest call %llu\n",
           bounded ? "" : "FAILED: ", STORMS[i].name, mean[0], mean[1], TIMES, (unsigned long long)longest);
    bounded ? passed++ : failed++;
  }
  printf("%u passed, %u failed\n", passed, failed);
  return failed != 0;
}
