// The workloads that allocators are compared on: small programs, each with one habit of asking for memory.
//
// What always holds:
// - The module imports malloc, free, calloc and realloc, and knows nothing of the allocator behind them.
// - A workload is deterministic. Its random numbers come from a fixed seed, never from an address.
// - A round frees every block it allocated. The next round finds the heap as the last one left it.
// - A block is written as soon as it is allocated: its first and last word, or all of it where a real program
//   would write all. Most workloads read both words back before they free the block. So they find most
//   allocators that hand out memory in use: `run` then returns BROKEN. A trace reads nothing back.
// - Pointers are kept in `scratch`, outside the heap. Only trees and the hash table keep them in blocks.
// - One operation is one call of malloc, free, calloc or realloc. `run` returns how many it made.
//
// To add a workload, write a `static void name(void)`, and one line in WORKLOADS just before `play`. The
// index seeds the random numbers, so a line further up would change the workloads behind it.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../record/record.h"

#define EXPORT __attribute__((used, visibility("default")))

enum { BROKEN = 0xffffffffu, OUT_OF_MEMORY = 0xfffffffeu };

// Where the workloads keep pointers and numbers of their own: `scratch_bytes` that the caller supplies.
static void **scratch;
static uint32_t operations;
static uint32_t state;
static uint32_t broken;

enum { SCRATCH_BYTES = 1 << 19 };

// ---- Small tools ----

static uint32_t random32(void) {
  uint32_t x = state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return state = x;
}

// A number from 0 to n - 1.
static uint32_t below(uint32_t n) { return (uint32_t)(((uint64_t)random32() * n) >> 32); }

static uint32_t between(uint32_t low, uint32_t high) { return low + below(high - low + 1); }

// A size as programs have them: every power of two is as likely as the next, and within it every size.
static uint32_t between_log(uint32_t low_bit, uint32_t high_bit) {
  uint32_t base = 1u << between(low_bit, high_bit - 1);
  return base + below(base);
}

// Writes a block's size into its first and its last word. A block has at least eight bytes.
static void *mark(void *block, uint32_t size) {
  if (!block) {
    broken = OUT_OF_MEMORY;
    return block;
  }
  *(uint32_t *)block = size;
  *(uint32_t *)((char *)block + ((size - 4) & ~3u)) = size;
  return block;
}

static void *take(uint32_t size) {
  operations++;
  return mark(malloc(size), size);
}

static void give(void *block) {
  if (!block) return;
  uint32_t size = *(uint32_t *)block;
  // A size that was overwritten must not make the second read go outside the memory.
  if (size < 8 || size > (1u << 24) || *(uint32_t *)((char *)block + ((size - 4) & ~3u)) != size)
    broken = BROKEN;
  operations++;
  free(block);
}

static void *resize(void *block, uint32_t size) {
  uint32_t before = block ? *(uint32_t *)block : size;
  operations++;
  void *moved = realloc(block, size);
  if (!moved) {
    broken = OUT_OF_MEMORY;
    return block;
  }
  if (block && *(uint32_t *)moved != before) broken = BROKEN;
  return mark(moved, size);
}

static void give_all(uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    give(scratch[i]);
    scratch[i] = 0;
  }
}

static void shuffle(uint32_t count) {
  for (uint32_t i = count - 1; i > 0; i--) {
    uint32_t j = below(i + 1);
    void *held = scratch[i];
    scratch[i] = scratch[j];
    scratch[j] = held;
  }
}

// ---- The workloads ----

// Last in, first out, as nested calls hold their buffers.
static void stack(void) {
  enum { DEEPEST = 8192 };
  uint32_t depth = 0;
  for (uint32_t i = 0; i < 24; i++) {
    uint32_t target = below(DEEPEST);
    while (depth < target) scratch[depth++] = take(between(8, 96));
    while (depth > target) give(scratch[--depth]);
  }
  while (depth) give(scratch[--depth]);
  memset(scratch, 0, DEEPEST * sizeof *scratch);
}

// First in, first out, as messages wait for their turn.
static void queue(void) {
  enum { WAITING = 4096 };
  for (uint32_t i = 0; i < 10 * WAITING; i++) {
    void **slot = &scratch[i % WAITING];
    give(*slot);
    *slot = take(between(16, 512));
  }
  give_all(WAITING);
}

// Allocated, used and freed at once, at most four at a time.
static void temporaries(void) {
  for (uint32_t i = 0; i < 5000; i++) {
    void *a = take(between(8, 256));
    void *b = take(between(8, 64));
    give(a);
    void *c = take(between(8, 512));
    void *d = take(between(8, 32));
    give(d);
    give(b);
    give(c);
  }
}

// Any of many small blocks may be the next to be freed.
static void churn_small(void) {
  enum { LIVE = 4096 };
  for (uint32_t i = 0; i < 30000; i++) {
    void **slot = &scratch[below(LIVE)];
    give(*slot);
    *slot = take(between(8, 128));
  }
  give_all(LIVE);
}

// The same with sizes from 8 bytes to 64 KiB.
static void churn_mixed(void) {
  enum { LIVE = 1024 };
  for (uint32_t i = 0; i < 12000; i++) {
    void **slot = &scratch[below(LIVE)];
    give(*slot);
    *slot = take(between_log(3, 16));
  }
  give_all(LIVE);
}

enum { RECORDS = 65536 };

static void make_records(void) {
  for (uint32_t i = 0; i < RECORDS; i++) {
    struct Record *record = malloc(sizeof *record);
    if (!record) {
      broken = OUT_OF_MEMORY;
      return;
    }
    record->id = (int32_t)i;
    record->x = (float)i;
    record->y = 2.2f;
    scratch[i] = record;
  }
  operations += RECORDS;
}

static void delete_records(int32_t in_order) {
  for (uint32_t i = 0; i < RECORDS; i++) {
    struct Record *record = scratch[i];
    if (!record) return;
    if (in_order ? record->id != (int32_t)i : record->x != (float)record->id) broken = BROKEN;
    free(record);
    scratch[i] = 0;
  }
  operations += RECORDS;
}

// 65,536 Records of native/record, deleted in the order in which they were made.
static void records_in_order(void) {
  make_records();
  delete_records(1);
}

// The same Records, deleted in any order.
static void records_at_random(void) {
  make_records();
  if (!broken) shuffle(RECORDS);
  delete_records(0);
}

struct Tree {
  struct Tree *left;
  struct Tree *right;
};

static struct Tree *grow_tree(uint32_t depth) {
  struct Tree *tree = malloc(sizeof *tree);
  operations++;
  if (!tree) {
    broken = OUT_OF_MEMORY;
    return tree;
  }
  tree->left = depth ? grow_tree(depth - 1) : 0;
  tree->right = depth ? grow_tree(depth - 1) : 0;
  return tree;
}

static uint32_t fell_tree(struct Tree *tree) {
  if (!tree) return 0;
  uint32_t nodes = 1 + fell_tree(tree->left) + fell_tree(tree->right);
  free(tree);
  operations++;
  return nodes;
}

// One tree stands while many smaller ones come and go.
static void trees(void) {
  struct Tree *standing = grow_tree(14);
  for (uint32_t depth = 4; depth <= 14; depth += 2) {
    for (uint32_t i = 0; i < 1u << (14 - depth); i++) {
      if (fell_tree(grow_tree(depth)) != (2u << depth) - 1) broken = broken ? broken : BROKEN;
    }
  }
  if (fell_tree(standing) != (2u << 14) - 1) broken = broken ? broken : BROKEN;
}

// Arrays that double as they fill, several at once, each dropped when it is full.
static void vectors(void) {
  enum { VECTORS = 128 };
  uint32_t *capacity = (uint32_t *)(scratch + VECTORS);
  memset(capacity, 0, VECTORS * sizeof *capacity);
  for (uint32_t i = 0; i < 6000; i++) {
    uint32_t v = below(VECTORS);
    if (capacity[v] >= 1u << between(9, 17)) {
      give(scratch[v]);
      scratch[v] = 0;
      capacity[v] = 0;
    } else {
      capacity[v] = capacity[v] ? capacity[v] * 2 : 16;
      scratch[v] = resize(scratch[v], capacity[v]);
    }
  }
  give_all(VECTORS);
  memset(capacity, 0, VECTORS * sizeof *capacity);
}

// Buffers of 32 KiB to 1 MiB.
static void large(void) {
  enum { LIVE = 24 };
  for (uint32_t i = 0; i < 4000; i++) {
    void **slot = &scratch[below(LIVE)];
    give(*slot);
    *slot = take(between_log(15, 20));
  }
  give_all(LIVE);
}

// The program changes its habits: each phase needs other sizes. An eighth of its blocks stay for two more.
static void phases(void) {
  enum { EACH = 2048, KEPT = EACH / 8, PHASES = 8 };
  for (uint32_t phase = 0; phase < PHASES; phase++) {
    uint32_t low = 8u << (phase * 5 % PHASES);
    void **kept = scratch + EACH + (phase % 3) * KEPT;
    for (uint32_t i = 0; i < EACH; i++) scratch[i] = take(between(low, 2 * low));
    shuffle(EACH);
    for (uint32_t i = 0; i < KEPT; i++) {
      give(kept[i]);
      kept[i] = scratch[i];
    }
    for (uint32_t i = KEPT; i < EACH; i++) give(scratch[i]);
    memset(scratch, 0, EACH * sizeof *scratch);
  }
  give_all(EACH + 3 * KEPT);
}

// One block in sixteen stays for long, among many that do not.
static void long_lived(void) {
  enum { LONG = 4096, SHORT = 64 };
  void **lasting = scratch;
  void **brief = scratch + LONG;
  for (uint32_t i = 0; i < 64000; i++) {
    void **slot = i % 16 ? &brief[below(SHORT)] : &lasting[below(LONG)];
    give(*slot);
    *slot = take(between(8, 512));
  }
  give_all(LONG + SHORT);
}

// Texts grow by a few bytes at a time, are copied when they are done, and freed. Every byte is written.
static void strings(void) {
  enum { TEXTS = 4096 };
  for (uint32_t i = 0; i < 4000; i++) {
    uint32_t length = 0;
    char *text = 0;
    for (uint32_t parts = between(2, 24); parts; parts--) {
      uint32_t more = between(1, 24);
      operations++;
      char *longer = realloc(text, length + more + 1);
      if (!longer) {
        broken = OUT_OF_MEMORY;
        break;
      }
      text = longer;
      memset(text + length, 'a' + (int)(more & 15), more);
      length += more;
      text[length] = 0;
    }
    void **slot = &scratch[below(TEXTS)];
    operations += 3;
    free(*slot);
    char *copy = malloc(length + 1);
    if (copy && text) {
      memcpy(copy, text, length + 1);
      if (copy[length] || copy[0] < 'a') broken = BROKEN;
    } else {
      broken = OUT_OF_MEMORY;
    }
    *slot = copy;
    free(text);
  }
  for (uint32_t i = 0; i < TEXTS; i++) {
    if (!scratch[i]) continue;
    operations++;
    free(scratch[i]);
    scratch[i] = 0;
  }
}

// A cache keeps answers of 32 bytes to 8 KiB within a budget. It frees those first that were not used lately.
static void cache(void) {
  enum { ENTRIES = 2048, BUDGET = 1 << 20 };
  uint32_t *asked = (uint32_t *)(scratch + ENTRIES);
  uint32_t used = 0, hand = 0;
  memset(asked, 0, ENTRIES * sizeof *asked);
  for (uint32_t i = 1; i <= 12000; i++) {
    // Some keys are asked for more often than others.
    uint32_t key = below(below(ENTRIES) + 1);
    asked[key] = 1;
    if (scratch[key]) continue;
    uint32_t size = between_log(5, 13);
    while (used + size > BUDGET) {
      // A clock with one hand: an entry asked for since the hand last passed gets a second chance.
      if (scratch[hand] && !asked[hand]) {
        used -= *(uint32_t *)scratch[hand];
        give(scratch[hand]);
        scratch[hand] = 0;
      }
      asked[hand] = 0;
      hand = (hand + 1) % ENTRIES;
    }
    scratch[key] = take(size);
    used += size;
  }
  give_all(ENTRIES);
  memset(asked, 0, ENTRIES * sizeof *asked);
}

struct Node {
  struct Node *next;
  uint32_t key;
  char *text;
};

// A hash table: a node and a text for each key, and zeroed bucket arrays that double and are dropped.
static void table(void) {
  for (uint32_t round = 0; round < 3; round++) {
    uint32_t buckets = 16, count = 0;
    struct Node **heads = calloc(buckets, sizeof *heads);
    operations++;
    if (!heads) {
      broken = OUT_OF_MEMORY;
      return;
    }
    while (count < 8000 + 4000 * round) {
      if (count == buckets) {
        struct Node **wider = calloc(buckets * 2, sizeof *wider);
        operations += 2;
        if (!wider) {
          broken = OUT_OF_MEMORY;
          break;
        }
        for (uint32_t i = 0; i < buckets; i++) {
          for (struct Node *node = heads[i], *next; node; node = next) {
            next = node->next;
            struct Node **head = &wider[node->key & (buckets * 2 - 1)];
            node->next = *head;
            *head = node;
          }
        }
        free(heads);
        heads = wider;
        buckets *= 2;
      }
      struct Node *node = malloc(sizeof *node);
      uint32_t length = between(8, 48);
      char *text = take(length);
      operations++;
      if (!node || !text) {
        broken = OUT_OF_MEMORY;
        break;
      }
      node->key = random32();
      node->text = text;
      struct Node **head = &heads[node->key & (buckets - 1)];
      node->next = *head;
      *head = node;
      count++;
    }
    for (uint32_t i = 0; i < buckets; i++) {
      for (struct Node *node = heads[i], *next; node; node = next) {
        next = node->next;
        if ((node->key & (buckets - 1)) != i) {
          broken = BROKEN;
          return;
        }
        give(node->text);
        free(node);
        operations++;
      }
    }
    free(heads);
    operations++;
  }
}

// ---- A recorded program, played back ----

// A trace is a list of pairs of words. The first has a call in its bits 0 and 1, and a slot in the others.
// The second is a size. The calls are numbered as in traces/README.md.
enum { DO_FREE, DO_MALLOC, DO_CALLOC, DO_REALLOC };

static const uint32_t *trace;
static uint32_t trace_length, trace_slots;

static void play(void) {
  const uint32_t *step = trace, *end = trace + 2 * trace_length;
  for (; step < end; step += 2) {
    void **slot = scratch + (step[0] >> 2);
    uint32_t size = step[1];
    char *block = *slot;
    switch (step[0] & 3) {
    case DO_FREE:
      free(block);
      *slot = 0;
      continue;
    case DO_MALLOC:
      block = malloc(size);
      break;
    case DO_CALLOC:
      block = calloc(1, size);
      break;
    default:
      block = realloc(block, size);
      break;
    }
    *slot = block;
    if (!block) {
      broken = OUT_OF_MEMORY;
      return;
    }
    // Recorded programs allocate single bytes, too. So one byte is written at either end.
    block[0] = (char)size;
    block[size ? size - 1 : 0] = (char)size;
  }
  operations += trace_length;
  for (uint32_t i = 0; i < trace_slots; i++) {
    if (!scratch[i]) continue;
    operations++;
    free(scratch[i]);
    scratch[i] = 0;
  }
}

// ---- The exports ----

#define WORKLOADS(X)                        \
  X(stack, "stack-like")                    \
  X(queue, "queue")                         \
  X(temporaries, "temporaries")             \
  X(churn_small, "churn, 8-128 B")          \
  X(churn_mixed, "churn, 8 B-64 KiB")       \
  X(records_in_order, "Records in order")   \
  X(records_at_random, "Records at random") \
  X(trees, "binary trees")                  \
  X(vectors, "growing vectors")             \
  X(large, "large blocks")                  \
  X(phases, "phases")                       \
  X(long_lived, "long among short")         \
  X(strings, "string builder")              \
  X(cache, "cache with eviction")           \
  X(table, "hash table")                    \
  X(play, "")

EXPORT uint32_t scratch_bytes(void) { return SCRATCH_BYTES; }

EXPORT void set_scratch(void **place) {
  scratch = place;
  memset(place, 0, SCRATCH_BYTES);
}

EXPORT void set_trace(const uint32_t *words, uint32_t length, uint32_t slots) {
  trace = words;
  trace_length = length;
  trace_slots = slots;
}

#define NAME(function, title) title,
static const char *const titles[] = {WORKLOADS(NAME)};

EXPORT uint32_t workload_count(void) { return sizeof titles / sizeof *titles; }

// The title of a workload. That of `play` is empty: each trace has its own.
EXPORT const char *workload_title(uint32_t index) { return titles[index]; }

#define NAME_ID(function, title) #function,
static const char *const ids[] = {WORKLOADS(NAME_ID)};

EXPORT const char *workload_id(uint32_t index) { return ids[index]; }

// Runs one round of a workload. Returns the number of operations, or BROKEN, or OUT_OF_MEMORY.
EXPORT uint32_t run(uint32_t index) {
  operations = 0;
  broken = 0;
  state = 0x9e3779b9u + index;
#define CASE(function, title) \
  case __COUNTER__:           \
    function();               \
    break;
  switch (index) { WORKLOADS(CASE) }
  return broken ? broken : operations;
}
