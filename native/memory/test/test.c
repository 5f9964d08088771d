// Unit tests of the allocator on the host, under sanitizers. They know its seven functions and what memory.h
// promises. The tests of misuse also know what a program can damage: the word below a block is its header,
// and the first words of a freed block are links. Each test starts on a fresh memory.
#include "../port/host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define PTRDIFF_TOP  0x7fffffffu
#define SIZE_TOP     0xffffffffu

static const char *running;
static int faults, skipped;

static bool check_that(bool holds, const char *what, int line) {
  if (!holds && ++faults <= 5) printf("FAILED: %s: test.c:%d: %s\n", running, line, what);
  return holds;
}
#define CHECK(condition) check_that((condition), #condition, __LINE__)

static uint32_t address(const void *pointer) { return (uint32_t)(uintptr_t)pointer; }
static uint64_t memory_end(void) { return (uint64_t)machine.pages * PAGE; }

static uint32_t seed;
static uint32_t random_number(void) {
  seed ^= seed << 13;
  seed ^= seed >> 17;
  return seed ^= seed << 5;
}

// A block and what was written into it: bytes that follow from its address and `mark`.
typedef struct block {
  unsigned char *at;
  uint32_t bytes;
  unsigned char mark;
} block;

static void fill(block b) {
  for (uint32_t i = 0; i < b.bytes; i++) b.at[i] = (unsigned char)(b.mark + i * 7);
}
static bool intact(block b, uint32_t bytes) {
  for (uint32_t i = 0; i < bytes; i++)
    if (b.at[i] != (unsigned char)(b.mark + i * 7)) return false;
  return true;
}
static bool filled(const void *from, unsigned char with, uint32_t bytes) {
  for (uint32_t i = 0; i < bytes; i++)
    if (((const unsigned char *)from)[i] != with) return false;
  return true;
}
static block make(uint32_t bytes) {
  static unsigned char marks;
  block b = {heap_malloc(bytes), bytes, ++marks};
  if (b.at) fill(b);
  return b;
}
static bool good(const void *p, uint32_t bytes) {
  return p && address(p) % 8 == 0 && address(p) > machine.heap_base &&
         address(p) + (uint64_t)bytes <= memory_end() && heap_malloc_usable_size((void *)p) >= bytes;
}

// Sizes that are treated in different ways, and some around each border between these.
static const uint32_t SIZES[] = {0,     1,     4,     8,     11,    12,    13,    20,     100,    1000,
                                 1011,  1012,  1020,  1024,  4096,  16000, 32755, 32760,  32768,  65500,
                                 65512, 65516, 65520, 65528, 65532, 65536, 65540, 100000, 262144, 1000000};

static void fresh(void) { machine_reset(1000, 2, 4096); }

//////////////////////////////////////////////////////////////////////////////// what every block is

static void blocks_are_aligned_disjoint_and_as_large_as_asked(void) {
  static block blocks[5000];
  uint32_t n = 0;
  for (uint32_t bytes = 0; bytes < 3000; bytes++) blocks[n++] = make(bytes);
  for (uint32_t i = 0; i < COUNT(SIZES); i++) blocks[n++] = make(SIZES[i]);
  for (uint32_t i = 0; i < n; i++) CHECK(good(blocks[i].at, blocks[i].bytes));
  for (uint32_t i = 0; i < n; i++) CHECK(intact(blocks[i], blocks[i].bytes));
  for (uint32_t i = 0; i < n; i += 2) heap_free(blocks[i].at);
  for (uint32_t i = 1; i < n; i += 2) CHECK(intact(blocks[i], blocks[i].bytes));
  for (uint32_t i = 1; i < n; i += 2) heap_free(blocks[i].at);
}

static void all_usable_bytes_may_be_used(void) {
  block blocks[COUNT(SIZES)];
  for (int round = 0; round < 3; round++) {
    for (uint32_t i = 0; i < COUNT(SIZES); i++) {
      blocks[i] = make(SIZES[i]);
      blocks[i].bytes = heap_malloc_usable_size(blocks[i].at);
      CHECK(blocks[i].bytes >= SIZES[i]);
      fill(blocks[i]);
    }
    for (uint32_t i = 0; i < COUNT(SIZES); i++) CHECK(intact(blocks[i], blocks[i].bytes));
    for (uint32_t i = 0; i < COUNT(SIZES); i++) heap_free(blocks[(i * 7) % COUNT(SIZES)].at);
  }
}

static void nothing_is_a_unique_block_too(void) {
  void *a = heap_malloc(0), *b = heap_malloc(0), *c = heap_calloc(0, 8), *d = heap_calloc(8, 0);
  CHECK(a && b && c && d && a != b && a != c && a != d && b != c && b != d && c != d);
  heap_free(a);
  heap_free(b);
  heap_free(c);
  heap_free(d);
}

static void null_is_freed_and_measured_in_peace(void) {
  heap_free(NULL);
  CHECK(heap_malloc_usable_size(NULL) == 0);
  void *p = heap_malloc(10);
  heap_free(NULL);
  CHECK(good(p, 10));
  heap_free(p);
}

static void a_record_costs_sixteen_bytes(void) {
  char *records[64], *least = NULL, *most = NULL;
  for (uint32_t i = 0; i < COUNT(records); i++) {
    records[i] = heap_malloc(12);
    if (!i || records[i] < least) least = records[i];
    if (!i || records[i] > most) most = records[i];
  }
  CHECK(most - least < 72 * 16);
}

//////////////////////////////////////////////////////////////////////////////// sizes that can't be

static bool is_right(void *p, uint32_t bytes, uint32_t alignment) {
  bool right = !p || (bytes <= PTRDIFF_TOP && address(p) % alignment == 0 && good(p, bytes));
  if (p && right) heap_free(p);
  return right;
}

static void too_large_is_null(void) {
  block witness = make(300), large = make(200000);
  heap_free(make(150000).at); // a free block that a wrapped size would fit into
  static const uint32_t AROUND[] = {SIZE_TOP,    PTRDIFF_TOP, 0x80000000u,
                                    0xfffe0000u, 0xffff0000u, 0xc0000000u};
  for (uint32_t i = 0; i < COUNT(AROUND); i++)
    for (uint32_t off = 0; off < 160; off++)
      for (int up = 0; up < 2; up++) {
        uint32_t bytes = up ? AROUND[i] + off : AROUND[i] - off;
        if (bytes < 0x10000000u) continue;
        CHECK(is_right(heap_malloc(bytes), bytes, 8));
        CHECK(is_right(heap_calloc(bytes, 1), bytes, 8));
        CHECK(is_right(heap_calloc(1, bytes), bytes, 8));
        CHECK(heap_realloc(witness.at, bytes) == NULL);
        CHECK(heap_realloc(large.at, bytes) == NULL);
        CHECK(is_right(heap_realloc(NULL, bytes), bytes, 8));
      }
  CHECK(intact(witness, 300));
  CHECK(intact(large, 200000));
}

static void too_large_is_null_at_every_alignment(void) {
  heap_free(make(150000).at);
  static const uint32_t AROUND[] = {SIZE_TOP, PTRDIFF_TOP, 0x80000000u, 0xffff0000u};
  for (uint32_t log = 0; log < 32; log++)
    for (uint32_t i = 0; i < COUNT(AROUND); i++)
      for (uint32_t off = 0; off < 80; off++)
        for (int way = 0; way < 3; way++) {
          // near the limit; near the limit with the alignment added; the alignment itself
          uint32_t alignment = 1u << log;
          uint32_t bytes = way == 0 ? AROUND[i] - off : way == 1 ? AROUND[i] - alignment + off : off;
          if (way < 2 && bytes < 0x10000000u) continue;
          CHECK(is_right(heap_aligned_alloc(alignment, bytes), bytes, alignment));
          void *out = &bytes;
          int error = heap_posix_memalign(&out, alignment, bytes);
          if (alignment < sizeof(void *))
            CHECK(error == EINVAL && out == &bytes);
          else if (error)
            CHECK(error == ENOMEM && out == &bytes);
          else
            CHECK(out && is_right(out, bytes, alignment));
        }
}

static void a_product_that_overflows_is_null(void) {
  heap_free(make(100000).at);
  static const uint32_t PAIRS[][2] = {
      {0x10001, 0x10001}, {0x10000, 0x10000}, {SIZE_TOP, 2},    {2, SIZE_TOP},    {SIZE_TOP, SIZE_TOP},
      {0x80000000u, 2},   {3, 0x55555556u},   {0x20000001u, 8}, {65537, 65535},   {0x40000000u, 4},
      {0x8000, 0x20001},  {7, 613566757},     {0x80000001u, 2}, {0xaaaaaaabu, 3}, {46341, 92682}};
  for (uint32_t i = 0; i < COUNT(PAIRS); i++) CHECK(heap_calloc(PAIRS[i][0], PAIRS[i][1]) == NULL);
  void *p = heap_calloc(10, 100);
  CHECK(good(p, 1000));
}

static void calloc_is_zero_where_others_wrote(void) {
  for (uint32_t i = 0; i < COUNT(SIZES); i++)
    for (int round = 0; round < 2; round++) {
      uint32_t bytes = SIZES[i];
      void *p = heap_malloc(bytes), *q = heap_malloc(bytes), *r = heap_malloc(bytes);
      memset(p, 0xff, heap_malloc_usable_size(p));
      memset(q, 0xff, heap_malloc_usable_size(q));
      heap_free(p);
      heap_free(q);
      p = heap_calloc(round ? 1 : bytes, round ? bytes : 1);
      q = heap_calloc(bytes / 4, 4);
      CHECK(good(p, bytes) && filled(p, 0, bytes));
      CHECK(good(q, bytes / 4 * 4) && filled(q, 0, bytes / 4 * 4));
      memset(p, 0xff, bytes);
      memset(q, 0xff, bytes / 4 * 4);
      heap_free(r);
      heap_free(q);
      heap_free(p);
    }
}

//////////////////////////////////////////////////////////////////////////////// alignment

static void aligned_blocks_are_aligned_and_freed_like_any(void) {
  static block blocks[17 * 30];
  for (int round = 0; round < 3; round++) {
    uint32_t n = 0;
    for (uint32_t log = 0; log <= 16; log++)
      for (uint32_t i = 0; i < 30; i++) {
        uint32_t alignment = 1u << log, bytes = SIZES[(i * 11 + log + round) % 22];
        void *p = NULL;
        if (i % 2 && alignment >= sizeof(void *))
          CHECK(heap_posix_memalign(&p, alignment, bytes) == 0);
        else
          p = heap_aligned_alloc(alignment, bytes);
        CHECK(good(p, bytes) && address(p) % alignment == 0);
        blocks[n] = (block){p, bytes, (unsigned char)n};
        fill(blocks[n++]);
      }
    for (uint32_t i = 0; i < n; i++) CHECK(intact(blocks[i], blocks[i].bytes));
    for (uint32_t i = 0; i < n; i++) {
      block *b = &blocks[i * 7 % n]; // 7 and n have no common factor
      if (i % 3 == 0) {
        block moved = {heap_realloc(b->at, b->bytes * 2 + 9), b->bytes * 2 + 9, b->mark};
        CHECK(good(moved.at, moved.bytes) && intact(moved, b->bytes));
        b->at = moved.at;
      }
      heap_free(b->at);
    }
  }
}

static void an_impossible_alignment_is_refused(void) {
  void *const before = &seed;
  CHECK(heap_aligned_alloc(0, 64) == NULL);
  CHECK(heap_aligned_alloc(0, 0) == NULL);
  for (uint32_t alignment = 3; alignment && alignment < 0xf0000000u;
       alignment = alignment * 2 + alignment % 5) {
    if (!(alignment & (alignment - 1))) continue;
    void *out = before;
    CHECK(heap_aligned_alloc(alignment, 64) == NULL);
    CHECK(heap_posix_memalign(&out, alignment, 64) == EINVAL && out == before);
  }
  static const uint32_t BAD[] = {0, 1, 2, 3, 5, 6, 7, 12, 24, SIZE_TOP, 0x80000001u, 0xc0000000u};
  for (uint32_t i = 0; i < COUNT(BAD); i++) {
    void *out = before;
    CHECK(heap_posix_memalign(&out, BAD[i], 64) == EINVAL && out == before);
  }
}

static void an_aligned_block_wastes_little(void) {
  // What lies before the block is given back: as many more blocks fit as without the alignment.
  machine_reset(1000, 2, 2);
  uint32_t n = 0;
  while (heap_aligned_alloc(4096, 200)) n++;
  CHECK(n >= 28);
  uint32_t small = 0;
  while (heap_malloc(1000)) small++;
  CHECK(small >= n * 2);
}

//////////////////////////////////////////////////////////////////////////////// realloc

static void realloc_keeps_the_bytes(void) {
  for (uint32_t i = 0; i < COUNT(SIZES); i++)
    for (uint32_t j = 0; j < COUNT(SIZES); j++) {
      block a = make(SIZES[i]), beside = j % 2 ? make(40) : (block){0};
      uint32_t least = SIZES[i] < SIZES[j] ? SIZES[i] : SIZES[j];
      block b = {heap_realloc(a.at, SIZES[j]), SIZES[j], a.mark};
      CHECK(good(b.at, SIZES[j]) && intact(b, least));
      CHECK(intact(beside, beside.bytes));
      fill(b);
      CHECK(intact(beside, beside.bytes));
      heap_free(beside.at);
      heap_free(b.at);
    }
}

static void realloc_of_null_is_malloc(void) {
  block a = {heap_realloc(NULL, 100), 100, 1}, b = {heap_realloc(NULL, 0), 0, 2};
  CHECK(good(a.at, 100) && good(b.at, 0) && a.at != b.at);
  heap_free(a.at);
  heap_free(b.at);
}

static void realloc_to_nothing_is_a_smallest_block(void) {
  void *p = heap_realloc(heap_malloc(100), 0), *q = heap_realloc(heap_malloc(300000), 0);
  CHECK(good(p, 0) && good(q, 0) && p != q);
  heap_free(p);
  heap_free(q);
}

static void realloc_grows_into_a_free_neighbour(void) {
  static const uint32_t MIDDLE[] = {40000, 100000, 500000};
  for (uint32_t i = 0; i < COUNT(MIDDLE); i++) {
    machine_reset(1000, 2, 4096);
    uint32_t bytes = MIDDLE[i];
    block a = make(bytes), b = make(bytes), c = make(bytes);
    heap_free(b.at);
    uint32_t want = bytes + bytes / 2;
    void *p = heap_realloc(a.at, want);
    CHECK(p == a.at && good(p, want) && intact(a, bytes) && intact(c, bytes));
    if (bytes < 100000) continue;
    p = heap_realloc(p, bytes * 2 - 8);
    CHECK(p == a.at && good(p, bytes * 2 - 8) && intact(a, bytes) && intact(c, bytes));
  }
}

static void realloc_grows_into_the_top(void) {
  machine_reset(1000, 64, 64);
  block a = make(50);
  block b = make(70000);
  for (uint32_t want = 100000; want < 1000000; want += 100000) {
    void *p = heap_realloc(b.at, want);
    CHECK(p == b.at && good(p, want) && intact(b, 70000) && intact(a, 50));
  }
}

static void realloc_shrinks_in_place_and_gives_back(void) {
  static const uint32_t FROM[] = {60000, 900000};
  for (uint32_t i = 0; i < COUNT(FROM); i++) {
    machine_reset(1000, 17, 17);
    block a = make(FROM[i]), guard = make(20);
    uint32_t keep = FROM[i] / 10;
    while (heap_malloc(4096)) {
    }
    while (heap_malloc(16)) {
    }
    void *p = heap_realloc(a.at, keep);
    CHECK(p && intact((block){p, keep, a.mark}, keep));
    CHECK(heap_malloc_usable_size(p) < keep + keep / 4 + 64);
    void *q = heap_malloc(FROM[i] - keep - 100);
    CHECK(q && intact(guard, 20) && machine.grows == 0);
  }
}

static void realloc_that_fails_leaves_the_block(void) {
  for (uint32_t i = 0; i < COUNT(SIZES); i++) {
    machine_reset(1000, 17, 17);
    block a = make(SIZES[i]), guard = make(20);
    if (!a.at) continue;
    uint32_t usable = heap_malloc_usable_size(a.at);
    CHECK(heap_realloc(a.at, 17 * PAGE) == NULL);
    CHECK(heap_realloc(a.at, PTRDIFF_TOP) == NULL);
    CHECK(heap_realloc(a.at, SIZE_TOP) == NULL);
    CHECK(heap_malloc_usable_size(a.at) == usable && intact(a, a.bytes) && intact(guard, 20));
    heap_free(a.at);
  }
}

//////////////////////////////////////////////////////////////////////////////// growth and its failure

enum { MANY = 3000 };
static block many[MANY];

// Random operations until `steps` are done or memory is refused; every block that lives is in `many`.
static bool churn(uint32_t steps, uint32_t largest) {
  for (uint32_t step = 0; step < steps; step++) {
    block *b = &many[random_number() % MANY];
    uint32_t bytes = random_number() % 8 ? random_number() % 200 : random_number() % largest;
    unsigned char mark = (unsigned char)random_number();
    if (!b->at) {
      b->at = heap_malloc(bytes);
      if (!b->at) return false;
    } else if (random_number() % 4 == 0) {
      void *p = heap_realloc(b->at, bytes);
      if (!p) return false;
      b->at = p;
      uint32_t least = bytes < b->bytes ? bytes : b->bytes;
      if (!CHECK(intact(*b, least))) return true;
    } else {
      if (!CHECK(intact(*b, b->bytes))) return true;
      heap_free(b->at);
      b->at = NULL;
      continue;
    }
    if (!CHECK(good(b->at, bytes))) return true;
    b->bytes = bytes;
    b->mark = mark;
    fill(*b);
  }
  return true;
}
static bool all_intact(void) {
  for (uint32_t i = 0; i < MANY; i++)
    if (many[i].at && !intact(many[i], many[i].bytes)) return false;
  return true;
}
static void forget(void) { memset(many, 0, sizeof many); }

static void a_refused_growth_at_every_point_is_survived(void) {
  for (uint32_t point = 0; point < 300; point++) {
    machine_reset(40000, 1, 4096);
    forget();
    seed = point * 2654435761u + 1;
    machine.fail_after = point % 40;
    bool refused = false;
    for (int round = 0; round < 50 && !refused; round++) refused = !churn(400, 40000);
    CHECK(refused && machine.refused > 0);
    CHECK(all_intact());
    uint32_t before = machine.pages;
    for (int round = 0; round < 30; round++) churn(20, 3000);
    CHECK(all_intact() && machine.pages == before);
    // Recovery: half of it is freed, and blocks of those sizes can be had again.
    for (uint32_t i = 0; i < MANY; i += 2)
      if (many[i].at) {
        heap_free(many[i].at);
        many[i].at = heap_malloc(many[i].bytes);
        CHECK(many[i].at);
        if (many[i].at) fill(many[i]);
      }
    CHECK(all_intact());
    machine.fail_after = UINT32_MAX;
    CHECK(churn(200, 40000));
    CHECK(all_intact());
    if (faults) return;
  }
}

static void all_freed_is_one_block_again(void) {
  machine_reset(1000, 16, 16);
  uint32_t most = 16 * PAGE - 1000 - 8192;
  for (int round = 0; round < 20; round++) {
    forget();
    churn(4000, 20000);
    CHECK(all_intact());
    for (uint32_t i = 0; i < MANY; i++) heap_free(many[i].at);
    void *p = heap_malloc(most);
    CHECK(p);
    heap_free(p);
  }
}

// A free block is found, however many that are too small lie in its bin or in lower ones. A block of 1500
// bytes keeps neighbours apart; a small one could lie anywhere.
static void what_is_free_is_found(void) {
  static const uint32_t SMALL[] = {2000, 5000, 70000, 1000000};
  for (uint32_t i = 0; i < COUNT(SMALL); i++)
    for (uint32_t factor = 1; factor <= 8; factor *= 2)
      for (int order = 0; order < 3; order++) {
        machine_reset(1000, 2, 4096);
        uint32_t bytes = SMALL[i], large = factor == 1 ? bytes + 64 : bytes * factor;
        void *small[40], *one = order == 2 ? NULL : heap_malloc(large);
        heap_malloc(1500);
        for (uint32_t k = 0; k < COUNT(small); k++) {
          small[k] = heap_malloc(bytes);
          heap_malloc(1500);
        }
        if (order == 2) one = heap_malloc(large);
        heap_malloc(1500);
        machine.limit = machine.pages;
        while (heap_malloc(large)) {
        }
        if (order == 1) heap_free(one);
        for (uint32_t k = 0; k < COUNT(small); k++) heap_free(small[k]);
        if (order != 1) heap_free(one);
        CHECK(heap_malloc(large) == one);
        CHECK(!heap_malloc(large));
      }
}

// Holes that are too small stay in front of the bin. A block that is freed behind them is found all the same.
static void holes_in_front_of_a_bin_hide_nothing(void) {
  static const struct {
    uint32_t hole, passing, kept, rounds;
  } CASES[] = {{800000, 20u << 20, 1u << 20, 60}, {4100, 5000, 5100, 3000}, {70000, 80000, 81000, 300}};
  for (uint32_t i = 0; i < COUNT(CASES); i++)
    for (uint32_t holes = 0; holes <= 8; holes += 4) {
      machine_reset(1000, 1, 4096);
      void *small[8];
      for (uint32_t k = 0; k < holes; k++) {
        small[k] = heap_malloc(CASES[i].hole);
        heap_malloc(2000);
      }
      for (uint32_t k = 0; k < holes; k++) heap_free(small[k]);
      for (uint32_t k = 0; k < CASES[i].rounds; k++) {
        void *passing = heap_malloc(CASES[i].passing);
        CHECK(passing && heap_malloc(CASES[i].kept));
        heap_free(passing);
      }
      uint64_t need =
          (uint64_t)CASES[i].rounds * CASES[i].kept + CASES[i].passing + holes * (CASES[i].hole + 2000ull);
      CHECK((uint64_t)(machine.pages - machine_first) * PAGE < need * 5 / 4 + 2 * PAGE);
    }
}

static void pages_of_others_are_not_touched(void) {
  for (uint32_t run = 0; run < 40; run++) {
    machine_reset(60000 + run * 8, 1, 2000);
    forget();
    seed = run + 77;
    for (int round = 0; round < 40; round++) {
      CHECK(churn(200, 100000));
      if (round % 3 == 0) CHECK(machine_foreign(1 + random_number() % 3));
    }
    CHECK(all_intact() && foreign_untouched());
    if (faults) return;
  }
}

static void pages_between_those_of_others_are_used(void) {
  machine_reset(1000, 1, 4096);
  uint64_t live = 0;
  for (int round = 0; round < 200; round++) {
    for (int i = 0; i < 10; i++) {
      block b = make(20000);
      CHECK(b.at);
      live += 20000;
    }
    CHECK(machine_foreign(1));
  }
  uint64_t taken = (uint64_t)(machine.pages - machine_first - 200) * PAGE;
  CHECK(taken < live * 4 / 3);
  CHECK(foreign_untouched());
}

static void a_sweep_goes_from_part_to_part(void) {
  enum { PARTS = 3, IN_EACH = 60, SMALL = 1000 };
  static void *all[PARTS][IN_EACH];
  machine_reset(1000, 1, 2 * PARTS - 1);
  for (int part = 0; part < PARTS; part++) {
    for (int i = 0; i < IN_EACH; i++) CHECK(all[part][i] = heap_malloc(SMALL));
    if (part + 1 < PARTS) CHECK(machine_foreign(1));
  }
  for (int part = 0; part < PARTS; part++)
    for (int i = 0; i < IN_EACH; i++) heap_free(all[part][i]);
  // Each part is one free chunk again, and there is no room but in these.
  for (int part = 0; part < PARTS; part++) CHECK(heap_malloc((IN_EACH - 4) * SMALL));
  CHECK(!heap_malloc((IN_EACH - 4) * SMALL));
  CHECK(foreign_untouched());
}

static void pages_of_others_are_no_reason_to_grow_far(void) {
  machine_reset(1000, 1, 0x7000);
  heap_malloc(100);
  CHECK(machine_foreign(2000));
  uint32_t before = machine.pages;
  CHECK(heap_malloc(70000) && machine.pages - before <= 2);
}

static void memory_is_grown_rarely_and_not_far(void) {
  static const uint32_t STEPS[] = {12, 100, 3000, 50000, 400000};
  for (uint32_t i = 0; i < COUNT(STEPS); i++) {
    machine_reset(1000, 1, 4096);
    uint32_t at_last_double = 0, doubled = 64;
    while (machine.pages - machine_first < 2048) {
      uint32_t before = machine.grows;
      char *p = heap_malloc(STEPS[i]);
      if (!CHECK(p)) return;
      uint64_t heap = memory_end() - machine.heap_base, beyond = memory_end() - (address(p) + STEPS[i]);
      if (machine.grows != before) CHECK(beyond < PAGE + (heap / 16 > PAGE ? heap / 16 : PAGE));
      if (machine.pages - machine_first >= doubled) {
        if (doubled > 128) CHECK(machine.grows - at_last_double <= 50); // O(log n)
        at_last_double = machine.grows;
        doubled *= 2;
      }
    }
  }
}

static void a_heap_may_begin_anywhere(void) {
  for (uint32_t base = PAGE - 24; base <= PAGE + 24; base += 8) {
    machine_reset(base, 2, 300);
    forget();
    seed = base;
    CHECK(churn(300, 20000) && all_intact() && foreign_untouched());
  }
  // So near the end that the allocator's own state does not fit: memory is grown before anything else.
  for (uint32_t room = 0; room < 6000; room += 8) {
    machine_reset(PAGE - room, 1, 30);
    block a = make(12), b = make(70000);
    CHECK(good(a.at, 12) && good(b.at, 70000) && intact(a, 12) && foreign_untouched());
    machine_reset(PAGE - room, 1, 1);
    void *p = heap_malloc(12);
    CHECK(!p || good(p, 12));
    if (faults) return;
  }
}

// What an instance of the allocator has to itself: the base of its heap, and where its root is.
typedef struct instance {
  uint32_t heap_base, root;
} instance;
static void call_from_now_on(instance i) {
  machine.heap_base = i.heap_base;
  machine.root = i.root;
}

static void two_heaps_in_one_memory_are_strangers(void) {
  machine_reset(1000, 1, 4096);
  block first[200], second[200];
  CHECK(heap_malloc(10));
  instance one = {machine.heap_base, machine.root};
  // The second heap's first page, right behind; both have begun before either grows.
  instance other = {machine.pages * PAGE + 520, 0};
  machine_grow(1);
  call_from_now_on(other);
  CHECK(heap_malloc(10));
  other.root = machine.root;
  for (uint32_t i = 0; i < 200; i++) {
    call_from_now_on(one);
    first[i] = make(i * 97 % 5000);
    call_from_now_on(other);
    second[i] = make(i * 89 % 5000);
    CHECK(good(second[i].at, second[i].bytes));
  }
  for (uint32_t i = 0; i < 200; i++) {
    CHECK(intact(first[i], first[i].bytes) && intact(second[i], second[i].bytes));
    call_from_now_on(one);
    heap_free(first[i].at);
  }
  for (uint32_t i = 0; i < 200; i++) CHECK(intact(second[i], second[i].bytes));
  call_from_now_on(other);
  for (uint32_t i = 0; i < 200; i++) heap_free(second[i].at);
}

static bool has_high_half(void) {
  if (machine_end == 0x10000) return true;
  printf("skipped: %s: this build's sanitizer lives above 2 GiB; the plain build runs it\n", running);
  skipped++;
  return false;
}

// Two neighbours that have together more than PTRDIFF_MAX, and a size near 4 GiB.
static void realloc_into_a_vast_neighbour_knows_its_limit(void) {
  if (!has_high_half()) return;
  machine_reset(1000, 1, 0x10000);
  block a = {heap_malloc(1100000000), 64, 3};
  void *b = heap_malloc(1100000000);
  CHECK(a.at && b && heap_malloc(2000));
  fill(a);
  heap_free(b);
  for (uint32_t off = 0; off < 300; off++)
    CHECK(!heap_realloc(a.at, SIZE_TOP - off) && !heap_realloc(a.at, PTRDIFF_TOP + 1 + off));
  CHECK(heap_realloc(a.at, PTRDIFF_TOP) == a.at);
  CHECK(intact(a, 64));
}

static void the_high_half_and_the_last_page_are_used(void) {
  if (!has_high_half()) return;
  machine_reset(1000, 1, 0x10000);
  void *largest = heap_malloc(PTRDIFF_TOP - 15);
  CHECK(largest && !heap_malloc(PTRDIFF_TOP - 14));
  heap_free(largest);
  machine_reset(1000, 1, 0x10000);
  // Few of these bytes are ever touched: what is not costs nothing.
  block giant = {heap_malloc(0x7ffe0000u), 64, 9};
  CHECK(giant.at && address(giant.at) % 8 == 0);
  fill(giant);
  uint32_t n = 0;
  static block large[600];
  while (n < COUNT(large) && (large[n].at = heap_malloc(4000000))) {
    large[n].bytes = 100;
    large[n].mark = (unsigned char)n;
    fill(large[n++]);
  }
  CHECK(n > 300 && n < COUNT(large));
  CHECK(address(large[n - 1].at) > 0xf0000000u);
  uint32_t small = 0;
  uint32_t highest = 0;
  for (char *p; (p = heap_malloc(1000)); small++)
    if (address(p) > highest) highest = address(p);
  CHECK(machine.pages == 0x10000 && highest >= 0xffff0000u);
  while (heap_malloc(12)) {
  }
  CHECK(intact(giant, 64));
  for (uint32_t i = 0; i < n; i++) CHECK(intact(large[i], 100));
  for (uint32_t i = 0; i < n; i++) heap_free(large[i].at);
  CHECK((large[0].at = heap_malloc(100000000)));
  heap_free(large[0].at);
  heap_free(giant.at);
  CHECK((giant.at = heap_malloc(0x7ffe0000u)));
  CHECK(heap_realloc(giant.at, 100) == giant.at);
  heap_free(giant.at);

  // One block that ends with the last byte there is, and grows into it.
  machine_reset(1000, 1, 0x10000);
  uint32_t step = 0x10000000;
  while (step >= 8) {
    if (!heap_malloc(step - 64)) step /= 2;
  }
  char *last = heap_malloc(0);
  CHECK(last == NULL);
  CHECK(machine.pages == 0x10000);
}

//////////////////////////////////////////////////////////////////////////////// misuse

// Sizes whose blocks are kept in different ways while free.
static const uint32_t KINDS[] = {12, 100, 1000, 1100, 5000, 30000, 40000, 65516, 70000, 1000000};

static uint32_t kind;
static void each_kind(void (*try)(uint32_t bytes)) {
  for (uint32_t i = 0; i < COUNT(KINDS); i++) {
    fresh();
    int before = faults;
    kind = KINDS[i];
    try(kind);
    if (faults > before) printf("        with blocks of %u bytes\n", kind);
    kind = 0;
  }
}

static void double_free(uint32_t bytes) {
  void *a = heap_malloc(bytes), *b = heap_malloc(bytes), *c = heap_malloc(bytes);
  heap_free(a);
  CHECK(TRAPS(heap_free(a)));
  heap_free(b);               // a trap has left the heap whole
  CHECK(TRAPS(heap_free(a))); // a-b-a
  CHECK(TRAPS(heap_free(b)));
  heap_free(c);
  CHECK(TRAPS(heap_free(b)));
  CHECK(TRAPS(heap_free(c)));
}

static void late_double_free(uint32_t bytes) {
  block blocks[30];
  for (uint32_t i = 0; i < COUNT(blocks); i++) blocks[i] = make(bytes);
  block guard = make(bytes);
  for (uint32_t i = 5; i < COUNT(blocks); i++) heap_free(blocks[i].at);
  // What follows has other sizes, and takes the bytes of the freed blocks apart and together again.
  for (uint32_t size = bytes + 16; size < bytes * 9; size += bytes / 2 + 16) {
    block p = make(size);
    for (uint32_t i = 5; i < COUNT(blocks); i++)
      if (blocks[i].at != p.at) CHECK(TRAPS(heap_free(blocks[i].at)));
    heap_free(p.at);
  }
  for (uint32_t i = 5; i < COUNT(blocks); i++) CHECK(TRAPS(heap_free(blocks[i].at)));
  CHECK(intact(guard, bytes));
  heap_free(guard.at);
}

static void use_of_freed(uint32_t bytes) {
  void *a = heap_malloc(bytes), *guard = heap_malloc(bytes);
  heap_free(a);
  CHECK(TRAPS(heap_realloc(a, bytes)));
  CHECK(TRAPS(heap_realloc(a, bytes * 2)));
  CHECK(TRAPS(heap_malloc_usable_size(a)));
  heap_free(guard);
}

static void pointer_into_a_block(uint32_t bytes) {
  block a = make(bytes);
  for (uint32_t off = 1; off < bytes && off < 300; off++) {
    CHECK(TRAPS(heap_free(a.at + off)));
    CHECK(TRAPS(heap_realloc(a.at + off, 10)));
    CHECK(TRAPS(heap_malloc_usable_size(a.at + off)));
  }
  for (uint32_t off = 1; off < 9; off++) CHECK(TRAPS(heap_free(a.at - off)));
  // Bytes that were never written, all zero, all ones.
  for (int round = 0; round < 2; round++) {
    memset(a.at, round ? 0xff : 0, bytes);
    for (uint32_t off = 8; off < bytes; off += 8) CHECK(TRAPS(heap_free(a.at + off)));
  }
  heap_free(a.at);
}

// The bytes of a smaller block's header, left where it was in a larger block that took its place.
static void pointer_to_what_once_was_a_block(uint32_t bytes) {
  char *blocks[16];
  for (uint32_t i = 0; i < 16; i++) blocks[i] = heap_malloc(bytes);
  void *guard = heap_malloc(bytes);
  for (uint32_t i = 0; i < 16; i++) heap_free(blocks[i]);
  // All that is left is taken, so that the freed ones are put together.
  machine.limit = machine.pages;
  uint32_t step = 0x1000000;
  char *taken[200];
  uint32_t n = 0;
  while (step > 64 && n < 200) {
    if (!(taken[n] = heap_malloc(step)))
      step /= 2;
    else
      n++;
  }
  for (uint32_t i = 0; i < 16; i++) {
    bool again = false;
    for (uint32_t j = 0; j < n; j++) again |= taken[j] == blocks[i];
    if (!again) CHECK(TRAPS(heap_free(blocks[i])));
  }
  heap_free(guard);
}

static void foreign_pointers(void) {
  static char statics[64];
  char stack[64];
  (void)stack;
  void *p = heap_malloc(100);
  uint32_t end = (uint32_t)memory_end();
  uint32_t places[] = {1,
                       2,
                       4,
                       7,
                       8,
                       16,
                       1024,
                       machine.heap_base - 8,
                       machine.heap_base - 1,
                       machine.heap_base,
                       end - 8,
                       end - 4,
                       end,
                       end + 8,
                       end + PAGE,
                       0x7ffffff8u,
                       0x80000000u,
                       0xfffffff8u,
                       0xfffffffcu,
                       SIZE_TOP,
                       address(statics),
                       address(stack)};
  for (uint32_t i = 0; i < COUNT(places); i++) {
    void *at = (void *)(uintptr_t)places[i];
    CHECK(TRAPS(heap_free(at)));
    CHECK(TRAPS(heap_realloc(at, 8)));
    CHECK(TRAPS(heap_malloc_usable_size(at)));
  }
  // The allocator's own state, and the memory that no block was made of yet.
  for (uint32_t at = machine.heap_base; at < end; at += 1)
    if (at != address(p) && (at % 8 == 0 || at < machine.heap_base + 8192))
      if (!CHECK(TRAPS(heap_free((void *)(uintptr_t)at)))) {
        printf("        free(heap base + %u), the block is at + %u\n", at - machine.heap_base,
               address(p) - machine.heap_base);
        return;
      }
  heap_free(p);
}

static void before_the_first_block(void) {
  uint32_t places[] = {8, machine.heap_base, machine.heap_base + 64, machine.heap_base + 8192, 0xfffffff8u};
  for (uint32_t i = 0; i < COUNT(places); i++) {
    fresh();
    CHECK(TRAPS(heap_free((void *)(uintptr_t)places[i])));
    CHECK(TRAPS(heap_realloc((void *)(uintptr_t)places[i], 9)));
    CHECK(TRAPS(heap_malloc_usable_size((void *)(uintptr_t)places[i])));
    CHECK(good(heap_malloc(50), 50));
  }
}

static void overflow(uint32_t bytes) {
  for (uint32_t reach = 1; reach <= 24; reach = reach < 4 ? reach + 1 : reach * 2) {
    for (int which = 0; which < 3; which++) {
      fresh();
      char *blocks[6];
      for (int i = 0; i < 6; i++) blocks[i] = heap_malloc(bytes);
      // The nearest block behind blocks[2].
      char *next = NULL;
      for (int i = 0; i < 6; i++)
        if (blocks[i] > blocks[2] && (!next || blocks[i] < next)) next = blocks[i];
      if (!next) next = blocks[2], blocks[2] = blocks[1];
      uint32_t usable = heap_malloc_usable_size(blocks[2]);
      memset(blocks[2] + usable, 0x41, reach);
      if (which == 0) CHECK(TRAPS(heap_free(blocks[2])));
      // Free of the neighbour finds what reached its header, the word before it.
      if (which == 1 && blocks[2] + usable + reach > next - 4) CHECK(TRAPS(heap_free(next)));
      if (which == 2) CHECK(TRAPS(heap_realloc(blocks[2], bytes * 3)));
    }
  }
}

// Behind the last block there is the top, which a block that grows takes from.
static void overflow_onto_the_top(uint32_t bytes) {
  for (uint32_t more = 0; more <= 64; more += 64) {
    fresh();
    heap_malloc(bytes);
    char *last = heap_malloc(bytes);
    uint32_t usable = heap_malloc_usable_size(last);
    memset(last + usable, 0x41, 1);
    if (more)
      CHECK(TRAPS(heap_realloc(last, usable + more)));
    else
      CHECK(TRAPS(heap_free(last)));
  }
}

// The largest block there is, up to so many bytes.
static char *largest_block(uint32_t bytes) {
  char *block = heap_malloc(bytes);
  while (!block && bytes > 2000) block = heap_malloc(bytes -= 8);
  return block;
}

// The last block ends where the heap ends. Its overflow is found when the heap grows, or when the block is
// freed.
static void overflow_onto_the_end(void) {
  static const unsigned char WITH[] = {0, 0x41, 0x42, 0xff};
  for (uint32_t i = 0; i < COUNT(WITH); i++)
    for (uint32_t reach = 1; reach <= 12; reach += reach == 1 ? 3 : 8)
      for (int grows = 0; grows < 2; grows++) {
        machine_reset(1000, 2, 4096);
        heap_malloc(100000);
        machine.limit = machine.pages;
        char *last = largest_block(50000);
        if (!CHECK(last)) return;
        machine.limit = 4096;
        uint32_t usable = heap_malloc_usable_size(last);
        if (!CHECK(address(last) + usable + 12 == memory_end())) return;
        memset(last + usable, WITH[i], reach);
        if (grows)
          CHECK(TRAPS(heap_malloc(70000)));
        else
          CHECK(TRAPS(heap_free(last)));
      }
}

// A long block has a footer, also where it ends with the heap.
static void overflow_onto_the_last_footer(void) {
  machine_reset(1000, 8, 8);
  char *last = largest_block(8 * PAGE);
  if (!CHECK(last)) return;
  uint32_t usable = heap_malloc_usable_size(last);
  CHECK(address(last) + usable + 4 + 12 == memory_end());
  memset(last + usable, 0x41, 4);
  CHECK(TRAPS(heap_free(last)));
}

// A header that says no size, as the cut's does, is put back where there is no cut any more.
static void a_header_of_no_size(void) {
  machine_reset(1000, 2, 2);
  uint32_t *cut = (uint32_t *)heap_malloc(12) + 3, kept = *cut;
  heap_malloc(12);
  void *first = heap_malloc(500), *second;
  heap_malloc(20);
  second = heap_malloc(600);
  heap_malloc(20);
  heap_free(first);
  CHECK(!heap_malloc(400000));
  heap_free(second);
  *cut = kept;
  CHECK(TRAPS(heap_malloc(400000)));
}

// The word below the heap is not the heap's, so it may pass for the header of a block by chance.
static void the_word_below_the_heap(void) {
  fresh();
  CHECK(heap_malloc(10));
  if (machine_end < 0x10000) return; // poisoned
  uint32_t *below = (uint32_t *)(uintptr_t)(machine.heap_base - 4), kept = *below;
  for (uint32_t word = 0; word < 80000; word++) {
    *below = word;
    if (!CHECK(TRAPS(heap_free(below + 1)))) return;
  }
  *below = kept;
}

// A freed block that malloc passes over, since it is too small, has damaged links.
static void a_link_on_the_way(void) {
  static const unsigned char WITH[] = {0, 0x41, 0xff};
  for (uint32_t i = 0; i < COUNT(WITH); i++)
    for (uint32_t reach = 4; reach <= 8; reach += 4) {
      machine_reset(1000, 1, 1);
      void *a = heap_malloc(5000), *c;
      heap_malloc(1500);
      c = heap_malloc(5000);
      heap_malloc(1500);
      heap_free(a);
      heap_free(c);
      memset(c, WITH[i], reach);
      CHECK(TRAPS(heap_malloc(5090)));
    }
}

// Each link by itself leads far beyond the memory.
static void a_far_link(void) {
  for (uint32_t link = 0; link < 2; link++)
    for (int merges = 0; merges < 2; merges++) {
      fresh();
      void *a = heap_malloc(5000), *b = heap_malloc(5000);
      heap_malloc(1500);
      heap_free(a);
      ((uint32_t *)a)[link] = 0xf0f0f0f0;
      if (merges)
        CHECK(TRAPS(heap_free(b)));
      else
        CHECK(TRAPS(heap_malloc(5000)));
    }
}

// The root keeps the address of the cut, which lies behind the first small block. It is damaged there.
static void the_address_of_the_cut(void) {
  static const uint32_t WITH[] = {0, 8, 0x7ffffff4, 0xfffffff4};
  for (uint32_t i = 0; i < COUNT(WITH); i++) {
    fresh();
    char *block = heap_malloc(12);
    uint32_t *root = (uint32_t *)(uintptr_t)machine.root, word = 0;
    while (word < 16 && root[word] != address(block + 12)) word++;
    CHECK(word < 16);
    root[word] = WITH[i];
    CHECK(TRAPS(heap_malloc(12)));
  }
}

// Small blocks lie one beside the other, and the cut lies behind the last.
static void overflow_onto_the_cut(void) {
  for (uint32_t bytes = 1; bytes < 1000; bytes += 90) {
    fresh();
    char *a = heap_malloc(bytes);
    memset(a + heap_malloc_usable_size(a), 0x41, 1);
    CHECK(TRAPS(heap_malloc(300)));
    CHECK(TRAPS(heap_free(a)));
  }
}

static void underflow(uint32_t bytes) {
  for (uint32_t reach = 1; reach <= 20; reach++) {
    fresh();
    heap_malloc(bytes);
    char *a = heap_malloc(bytes);
    memset(a - reach, 0x42, reach);
    CHECK(TRAPS(heap_free(a)));
    CHECK(TRAPS(heap_realloc(a, bytes * 2)));
    CHECK(TRAPS(heap_malloc_usable_size(a)));
  }
}

// Allocates until it traps. If it does not, each block must be there and whole: a write that hit no link does
// no harm. Short blocks must trap, since their links come first.
static bool found_or_harmless(uint32_t bytes, block *live, uint32_t lives) {
  static block blocks[6];
  // Volatile: what TRAPS jumps over must survive the jump.
  for (volatile uint32_t i = 0; i < COUNT(blocks); i++)
    if (TRAPS(blocks[i] = make(bytes))) return true;
  for (uint32_t i = 0; i < COUNT(blocks); i++)
    if (!good(blocks[i].at, bytes) || !intact(blocks[i], bytes)) return false;
  for (uint32_t i = 0; i < lives; i++)
    if (!intact(live[i], bytes)) return false;
  return bytes > 50000;
}

// Seven blocks, of which the second and the fourth are freed. What lives comes first in the array.
static void two_freed(uint32_t bytes, int order, block blocks[7]) {
  machine_reset(1000, 2, 200);
  static const int PLACE[] = {0, 5, 1, 6, 2, 3, 4};
  for (int i = 0; i < 7; i++) blocks[PLACE[i]] = make(bytes);
  heap_free(blocks[order ? 6 : 5].at);
  heap_free(blocks[order ? 5 : 6].at);
}

static void write_after_free(uint32_t bytes) {
  static const unsigned char WITH[] = {0, 0x41, 0xff};
  static block blocks[7];
  for (uint32_t i = 0; i < COUNT(WITH); i++)
    for (int order = 0; order < 2; order++) {
      two_freed(bytes, order, blocks);
      memset(blocks[5].at, WITH[i], bytes < 16 ? 8 : bytes < 300 ? bytes : 300);
      if (!CHECK(found_or_harmless(bytes, blocks, 5)))
        printf("        written with %02x, order %d\n", WITH[i], order);
    }
}

// An attacker writes the address of another block over both links of a freed one.
static void planted_link(uint32_t bytes) {
  static block blocks[7];
  for (int order = 0; order < 2; order++) {
    two_freed(bytes, order, blocks);
    uint32_t target = address(blocks[0].at);
    for (uint32_t word = 0; word < 8; word += 4) memcpy(blocks[5].at + word, &target, 4);
    CHECK(found_or_harmless(bytes, blocks, 5));
  }
}

// The same by an attacker who knows how links are coded, over one link or the other.
static void forged_link(uint32_t bytes) {
  static block blocks[7];
  for (int order = 0; order < 2; order++)
    for (uint32_t word = 0; word <= (bytes < 1024 ? 0 : 4); word += 4) {
      two_freed(bytes, order, blocks);
      uint32_t forged = (address(blocks[0].at) - 4) ^ (address(blocks[5].at) - 4);
      memcpy(blocks[5].at + word, &forged, 4);
      if (!CHECK(found_or_harmless(bytes, blocks, 5))) printf("        word %u, order %d\n", word, order);
    }
}

// The footer of a freed block leads too far back: to a block in use, or to another free one.
static void forged_footer(uint32_t bytes) {
  if (bytes < 1024) return; // cached, so it has no footer
  for (int to = 0; to < 2; to++) {
    fresh();
    char *blocks[5];
    for (int i = 0; i < 5; i++) blocks[i] = heap_malloc(bytes);
    heap_free(blocks[0]);
    heap_free(blocks[2]);
    uint32_t forged = address(blocks[3]) - address(blocks[to]);
    memcpy(blocks[3] - 8, &forged, 4);
    CHECK(TRAPS(heap_free(blocks[3])));
  }
}

// Links that once were right: those of a freed block are kept, and put back after its neighbour in the list
// was allocated. That must be found, or do no harm to the blocks there now.
static void replayed_link(uint32_t bytes) {
  static block blocks[7];
  for (int order = 0; order < 2; order++) {
    two_freed(bytes, order, blocks);
    unsigned char links[2][8];
    for (int i = 0; i < 2; i++) memcpy(links[i], blocks[5 + i].at, 8);
    block taken = make(bytes);
    int other = taken.at == blocks[5].at;
    memcpy(blocks[5 + other].at, links[other], 8);
    blocks[5] = taken;
    bool found = found_or_harmless(bytes, blocks, 6);
    for (int i = 0; i < 6; i++) found &= intact(blocks[i], bytes);
    CHECK(found || (bytes < 1024 && intact(taken, bytes)));
  }
}
static void replayed_links(void) { each_kind(replayed_link); }

static void double_frees(void) { each_kind(double_free); }
static void late_double_frees(void) { each_kind(late_double_free); }
static void uses_of_freed(void) { each_kind(use_of_freed); }
static void pointers_into_blocks(void) { each_kind(pointer_into_a_block); }
static void pointers_to_what_once_was_a_block(void) { each_kind(pointer_to_what_once_was_a_block); }
static void overflows(void) { each_kind(overflow); }
static void overflows_onto_the_top(void) { each_kind(overflow_onto_the_top); }
static void underflows(void) { each_kind(underflow); }
static void writes_after_free(void) { each_kind(write_after_free); }
static void planted_links(void) { each_kind(planted_link); }
static void forged_links(void) { each_kind(forged_link); }
static void forged_footers(void) { each_kind(forged_footer); }

//////////////////////////////////////////////////////////////////////////////// all of them

#define TEST(name) \
  { #name, name }
static const struct {
  const char *name;
  void (*run)(void);
} TESTS[] = {
    TEST(blocks_are_aligned_disjoint_and_as_large_as_asked),
    TEST(all_usable_bytes_may_be_used),
    TEST(nothing_is_a_unique_block_too),
    TEST(null_is_freed_and_measured_in_peace),
    TEST(a_record_costs_sixteen_bytes),
    TEST(too_large_is_null),
    TEST(too_large_is_null_at_every_alignment),
    TEST(a_product_that_overflows_is_null),
    TEST(calloc_is_zero_where_others_wrote),
    TEST(aligned_blocks_are_aligned_and_freed_like_any),
    TEST(an_impossible_alignment_is_refused),
    TEST(an_aligned_block_wastes_little),
    TEST(realloc_keeps_the_bytes),
    TEST(realloc_of_null_is_malloc),
    TEST(realloc_to_nothing_is_a_smallest_block),
    TEST(realloc_grows_into_a_free_neighbour),
    TEST(realloc_grows_into_the_top),
    TEST(realloc_shrinks_in_place_and_gives_back),
    TEST(realloc_that_fails_leaves_the_block),
    TEST(a_refused_growth_at_every_point_is_survived),
    TEST(all_freed_is_one_block_again),
    TEST(what_is_free_is_found),
    TEST(holes_in_front_of_a_bin_hide_nothing),
    TEST(pages_of_others_are_not_touched),
    TEST(pages_between_those_of_others_are_used),
    TEST(a_sweep_goes_from_part_to_part),
    TEST(pages_of_others_are_no_reason_to_grow_far),
    TEST(memory_is_grown_rarely_and_not_far),
    TEST(a_heap_may_begin_anywhere),
    TEST(two_heaps_in_one_memory_are_strangers),
    TEST(realloc_into_a_vast_neighbour_knows_its_limit),
    TEST(the_high_half_and_the_last_page_are_used),
    TEST(double_frees),
    TEST(late_double_frees),
    TEST(uses_of_freed),
    TEST(pointers_into_blocks),
    TEST(pointers_to_what_once_was_a_block),
    TEST(foreign_pointers),
    TEST(before_the_first_block),
    TEST(overflows),
    TEST(overflows_onto_the_top),
    TEST(the_address_of_the_cut),
    TEST(overflow_onto_the_cut),
    TEST(overflow_onto_the_end),
    TEST(overflow_onto_the_last_footer),
    TEST(a_header_of_no_size),
    TEST(a_far_link),
    TEST(the_word_below_the_heap),
    TEST(a_link_on_the_way),
    TEST(underflows),
    TEST(writes_after_free),
    TEST(planted_links),
    TEST(forged_links),
    TEST(forged_footers),
    TEST(replayed_links),
};

static int run_one(uint32_t i) {
  running = TESTS[i].name;
  seed = 12345;
  fresh();
  jmp_buf here;
  if (setjmp(here)) {
    printf("FAILED: %s: the allocator trapped\n", running);
    if (kind) printf("        with blocks of %u bytes\n", kind);
    return 1;
  }
  machine_last_resort = &here;
  TESTS[i].run();
  return faults ? 1 : skipped ? 2 : 0;
}

// Each test runs in a process of its own, so that one which ends its process is one failure.
// An argument picks the tests whose name contains it.
int main(int count, char **arguments) {
  int passed = 0, failed = 0;
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (uint32_t i = 0; i < COUNT(TESTS); i++) {
    if (count > 1 && !strstr(TESTS[i].name, arguments[1])) continue;
    pid_t child = fork();
    if (!child) exit(run_one(i));
    int status = -1;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 2) continue;
    if (WIFEXITED(status) && !WEXITSTATUS(status)) {
      passed++;
      continue;
    }
    failed++;
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 2)
      printf("FAILED: %s: ended its process\n", TESTS[i].name);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
