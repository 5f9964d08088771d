// The allocator: one heap, from __heap_base to as far as it has grown. memory.h says what it promises.
// README.md is the reference: bounds, costs, misuse found and not found, how to read a heap from outside.
//
//   chunk       a header and a payload, together a multiple of 8 bytes. Chunks lie side by side, without gaps
//   header      the first word of a chunk, which codes the chunk's state: its size and three flags
//   payload     what follows the header. The payload of a chunk in use is the block that the program has
//   small       of a chunk: below 1 KiB, for a block of up to 1,012 bytes
//   long        of a chunk: 64 KiB or more
//   free        of a chunk: it may be split, or coalesced (merged) with a free neighbour
//   footer      the last word of a free or a long chunk: its size. It tells where a free chunk begins
//   link        a word in the payload that leads to another chunk of the list: both addresses, xored
//   bin         the list of the free chunks in one range of sizes: a ring
//   cached      of a chunk: neither in use nor in a bin, and not merged until a sweep. Cached are the small
//               chunks that were freed, the cut, and what is left of an old cut
//   quick list  the list of the freed small chunks of one size
//   cut         the cached chunk, of about 4 KiB, off which new small chunks are cut
//   part        a stretch of the heap. Pages of others lie between two parts
//   wall        the end of a part: a header without a size, and the address of the next part's first chunk
//   top         the free chunk before the last wall, if there is one. New pages are added to it
//   root        the heap's variables, before the first chunk: struct heap
//
//    in use       cached                  free
//   +---------+  +---------+             +---------+  <- address of the chunk, 4 less than a multiple of 8
//   | header  |  | header  |             | header  |
//   +---------+  +---------+             +---------+  <- address of the block
//   | payload |  | link    | next in the | link    | next in the bin
//   |         |  |         | quick list  | link    | previous in the bin
//   |         |  |         |             | footer  |
//   +---------+  +---------+             +---------+
//   | root | chunk | chunk | cut | chunk | wall |  pages of others  | chunk | chunk | top | wall |
//
// header = (size + flags) * CODE - (chunk - root), modulo 2^32, so that damage shows. At any address only
// 2^16 of 2^32 words are headers of chunks below 64 KiB. CODE keeps these apart: neither four flipped bits
// nor a change in one byte turns one into another. The distance from the root ties a header to its address: a
// copy elsewhere decodes to nonsense. A long chunk is believed only if its last word repeats its size.
//
// Always: PREV_FREE is set in a header if and only if the chunk before it is free. A chunk is in a bin if and
// only if it is free. Whatever becomes free has been merged with its free neighbours, or has none. So two
// free chunks are never neighbours.
//
// malloc    takes a small chunk off its quick list, else off the cut; else it allocates.
// allocate  splits a free chunk. If no bin has one that is large enough, it sweeps or grows.
// free      puts a small chunk on its quick list; coalesces any other, and puts the whole into a bin.
// sweep     makes each run of cached and free chunks one free chunk.
// grow      adds pages to the top; if others grew the memory since the heap last grew, to a new part.

#include "port/port.h"

#include "memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

// Beyond standard C this file assumes what clang grants with the options in `flags`:
//   - A chunk is found by arithmetic on addresses; it is no object of C.
//   - A pointer may be NULL where NULL_READS_ZERO: the word at address 4 is read through it.
//   - A damaged link may be followed to an address that is no multiple of 4; a word can be read there, too.
//   - No loop or sequence of calls becomes a call of malloc, calloc or free: -fno-builtin.

#define INLINE          static inline __attribute__((always_inline))
#define OUTLINE         static __attribute__((noinline))
#define rare(condition) __builtin_expect((condition), 0)

// ---- Numbers ----
//
// The numbers in the custom section below are macros, since the assembler takes them as text.

// The flags. A chunk in use has neither CACHED nor FREE; a wall has both.
#define PREV_FREE 1
#define CACHED    2
#define FREE      4
#define WALL      (CACHED | FREE)

// A chunk below 2^QUICK_BITS bytes is small: a quick list takes it. One of 2^LONG_BITS or more is long: it
// has a footer, even in use.
#define QUICK_BITS 10
#define LONG_BITS  16

#define WALL_SIZE 12

// 2^SUB_BITS bins for each power of two; see bin_of.
#define BINS     64
#define SUB_BITS 2

// A header is an AN code: the state times CODE, minus the distance from the root. README.md says why CODE is
// this number. INVERSE undoes the multiplication, modulo 2^32.
#define CODE    71613
#define INVERSE 0xfff15b95u

enum {
  FLAGS = PREV_FREE | CACHED | FREE,

  HEADER = 4,
  FOOTER = 4,
  UNIT_BITS = 3,
  UNIT = 1 << UNIT_BITS, // sizes, and addresses of blocks, are multiples of it
  MIN_CHUNK = 16,        // a header, two links and a footer
  SMALL_END = 1 << QUICK_BITS,
  LONG_CHUNK = 1 << LONG_BITS,

  LARGEST_SMALL = SMALL_END - UNIT - HEADER, // the largest block of a small chunk
  LARGEST = PTRDIFF_MAX,                     // no block that is asked for, and no new chunk, is larger

  CUT_SIZE = 4096, // and up to MIN_CHUNK - UNIT bytes more, which would not make a chunk
  TOP_BIN = BINS - 1,

  // find_fit looks at LOOKS chunks of a bin, and at one more for every LOOK_SHARE bytes that are needed.
  LOOKS = 4,
  LOOK_SHARE = 1 << 14,

  GROWTH_SHARE = 64, // grow asks for the need, and for this part of the heap: a 64th
};

// Kinds of misuse. Readers outside name them by the letters D, P, O and L.
typedef enum fault_kind {
  DOUBLE_FREE = 1, // D: a pointer to a block that is not in use
  BAD_POINTER,     // P: a pointer to no block, or to one whose header is damaged
  OVERRUN,         // O: a damaged header where a chunk must be, as behind a block
  BAD_LINK,        // L: a list that leads to what does not belong there
} fault_kind;

// ---- What lies in memory ----

typedef struct chunk {
  word header;
  word next; // a link, where the chunk is in a list; of a wall, the next part's first chunk, or 0
  word prev; // a link, where the chunk is in a bin
} chunk;

// 64 bits that may lie at any multiple of 4.
typedef uint64_t bitmap __attribute__((aligned(4)));

// The root. It lies as chunks do, 4 below a multiple of UNIT. Zeros in it mean: empty lists and bins, no cut.
typedef struct heap {
  word peak;        // the highest address at which a top began: tells readers outside what was ever needed
  word units;       // the length from the root to the end, in units of UNIT bytes, pages of others included
  word own_units;   // the same without the pages of others
  word wall;        // the address of the last wall
  word grows;       // how often the heap grew the memory, without the pages for its root
  word fault;       // the kind of misuse that stopped the program, or 0,
  word fault_chunk; // and the address of the chunk where it was found
  word cut;         // the address of the cut. Its header says CACHED and no size
  word cut_left;    // the cut's size, at least MIN_CHUNK; 0 if there is no cut
  word cached;      // the sum of the sizes of all cached chunks
  bitmap map;       // one bit for each bin; where it is clear, the bin is empty
  word quick[SMALL_END / UNIT];
  struct {
    word next, prev;
  } bins[BINS];
} heap;

enum { FIRST_CHUNK = (sizeof(heap) + UNIT - 1) & ~(UNIT - 1u) }; // distance of the first chunk from the root

_Static_assert(sizeof(word) == WORD_SIZE && HEADER == WORD_SIZE && FOOTER == WORD_SIZE, "one word each");
_Static_assert(8 * WORD_SIZE == 32, "CODE, INVERSE and bin_of are made for words of 32 bits");
_Static_assert(sizeof(size_t) == sizeof(word), "a size that is asked for fits into a word");
_Static_assert(PAGE % UNIT == 0, "the heap ends at a multiple of UNIT");
_Static_assert(1 == CODE * INVERSE, "INVERSE undoes CODE");
_Static_assert(sizeof(chunk) + FOOTER <= MIN_CHUNK, "the smallest chunk has room for links and footer");
_Static_assert(offsetof(chunk, prev) <= WALL_SIZE, "a wall has room for its link");
_Static_assert((WALL_SIZE + HEADER) % UNIT == 0, "the last wall lies as chunks do");
_Static_assert(SMALL_END < LONG_CHUNK, "a small chunk is not long");
_Static_assert(BINS <= 8 * sizeof(bitmap), "each bin has a bit");
_Static_assert(offsetof(heap, units) == 4, "at a root of 0, `units` is the word at 4: see NULL_READS_ZERO");
_Static_assert(offsetof(heap, peak) == 0 && (HEADER * INVERSE & WALL) == FREE,
               "the root is no chunk in use: an address of a chunk, decoded at the root, says FREE");

// ---- The layout, for readers outside ----
//
// A custom section of the module, which takes no memory. README.md describes its fields.

#define LAYOUT_VERSION 1

// Offsets in the root, in words.
#define PEAK_AT        0
#define WALL_AT        3
#define GROWS_AT       4
#define FAULT_AT       5
#define FAULT_CHUNK_AT 6
#define CUT_AT         7
#define CUT_LEFT_AT    8
#define CACHED_AT      9
#define MAP_AT         10
#define QUICK_AT       12
#define BINS_AT        140

// clang-format off
custom_section("heap",
    INT8(LAYOUT_VERSION) INT8(WORD_SIZE) INT32(CODE)
    INT8(PEAK_AT) INT8(WALL_AT) INT8(GROWS_AT) INT8(FAULT_AT) INT8(FAULT_CHUNK_AT) INT8(CUT_AT)
    INT8(CUT_LEFT_AT) INT8(CACHED_AT) INT8(MAP_AT) INT8(QUICK_AT) INT8(BINS_AT)
    INT8(BINS) INT8(SUB_BITS) INT8(QUICK_BITS) INT8(LONG_BITS) INT8(WALL_SIZE)
    INT8(PREV_FREE) INT8(CACHED) INT8(FREE));
// clang-format on

#define IS_AT(field, words) (offsetof(heap, field) == (words) * sizeof(word))
_Static_assert(IS_AT(peak, PEAK_AT) && IS_AT(wall, WALL_AT) && IS_AT(grows, GROWS_AT) &&
                   IS_AT(fault, FAULT_AT) && IS_AT(fault_chunk, FAULT_CHUNK_AT) && IS_AT(cut, CUT_AT) &&
                   IS_AT(cut_left, CUT_LEFT_AT) && IS_AT(cached, CACHED_AT) && IS_AT(map, MAP_AT) &&
                   IS_AT(quick, QUICK_AT) && IS_AT(bins, BINS_AT),
               "the section tells where each field is");

// ---- Addresses and sizes ----

INLINE word address(const void *pointer) { return (word)(uintptr_t)pointer; }
INLINE void *pointer(word address) { return (void *)(uintptr_t)address; }
INLINE chunk *after(const void *c, word bytes) { return pointer(address(c) + bytes); }
INLINE chunk *before(const void *c, word bytes) { return pointer(address(c) - bytes); }

INLINE void *payload_of(chunk *c) { return after(c, HEADER); }
INLINE chunk *chunk_of(void *payload) { return before(payload, HEADER); }

// The root; NULL before the first block.
INLINE heap *root(void) { return pointer(root_address()); }
// Where the root is, or will be.
INLINE heap *place_of_root(void) { return (heap *)(heap_start() + HEADER); }
INLINE chunk *first_chunk(heap *h) { return after(h, FIRST_CHUNK); }
INLINE word distance(heap *h, const chunk *c) { return address(c) - address(h); }

// The size of the chunk for a block of so many bytes, if the chunk is not long.
INLINE word short_chunk_size(word bytes) {
  return bytes < MIN_CHUNK - HEADER ? MIN_CHUNK : (bytes + HEADER + UNIT - 1) & ~(UNIT - 1u);
}

// The size of the chunk for any block. For a block above LARGEST the result is a size that no two chunks
// reach together.
OUTLINE word chunk_size(word bytes) {
  if (bytes > LARGEST) return ~(word)FLAGS;
  word size = short_chunk_size(bytes);
  if (size >= LONG_CHUNK) size = (bytes + HEADER + FOOTER + UNIT - 1) & ~(UNIT - 1u);
  return size;
}

INLINE word payload_size(word size) { return size - (size < LONG_CHUNK ? HEADER : HEADER + FOOTER); }

// ---- Headers ----
//
// The state of a chunk is its size plus its flags. Its header is the state, coded. To decode a header is to
// get the state back.

INLINE word size_of(word state) { return state & ~(word)FLAGS; }
INLINE bool is_free(word state) { return (state & WALL) == FREE; }
INLINE bool is_wall(word state) { return (state & WALL) == WALL; }
// Whether the chunk is cached or free. Added to CACHED, the flags give 2 in use, 4 cached, 6 free, 8 at a
// wall. Of these 4 and 6 have the bit FREE.
INLINE bool is_vacant(word state) { return (state + CACHED) & FREE; }
// Whether the chunk is in use and small: no bit is set but PREV_FREE and those of a size below SMALL_END.
INLINE bool is_small_in_use(word state) { return !(state & ~(word)((SMALL_END - UNIT) | PREV_FREE)); }

// The distance is counted from the root, so a heap has the same headers wherever it begins.
INLINE word decode(heap *h, const chunk *c) { return (c->header + distance(h, c)) * INVERSE; }
INLINE void encode(heap *h, chunk *c, word state) { c->header = state * CODE - distance(h, c); }
// Adds to the size, or sets a flag that is clear; a negative number takes from the size, or clears a flag
// that is set. The code is linear, so nothing is decoded.
INLINE void add_to_state(chunk *c, word more) { c->header += more * CODE; }

INLINE word *footer_of(chunk *c, word size) { return (word *)after(c, size - FOOTER); }
// The footer of the chunk before, which must be free: else these bytes are that chunk's payload.
INLINE word free_size_before(const chunk *c) { return *(const word *)before(c, FOOTER); }

// Sets the state of a chunk or a wall, and the footer of a long chunk. For a chunk in a bin, bin_insert sets
// the state and the footer.
OUTLINE void set_state(chunk *c, word state) {
  encode(root(), c, state);
  if (state >= LONG_CHUNK) *footer_of(c, size_of(state)) = size_of(state);
}

// ---- Checks ----

// Stops the program. First records the kind of misuse and the chunk: in the root, or where it would be.
OUTLINE _Noreturn void misuse(fault_kind kind, const chunk *c) {
  heap *h = place_of_root();
  h->fault = kind;
  h->fault_chunk = address(c);
  stop();
}

// Whether a chunk or a wall may lie here: 4 below a multiple of UNIT, from the root up to the last wall. Then
// its header and its first link can be read. The rotation counts the distance in units. If the distance is no
// multiple of UNIT, its remainder becomes the highest bits, so the count is too large. `h` is NULL before the
// first block, and there are 0 units then.
INLINE bool is_inside(heap *h, const chunk *c) {
  word from_root = distance(h, c);
  word units = from_root >> UNIT_BITS | from_root << (8 * WORD_SIZE - UNIT_BITS);
  return (NULL_READS_ZERO || h) && units < h->units;
}

// The state of what may be a chunk or a wall, or 0 if it is neither. A chunk must not reach beyond the last
// wall. A long chunk's footer must repeat its size. The footer of the top need not: README.md says which
// second heap may write there. The top ends at the last wall, which tells its size.
OUTLINE word inspect(chunk *c) {
  heap *h = root();
  if (!is_inside(h, c)) return 0;
  word state = decode(h, c), size = size_of(state), most = h->wall - address(c);
  if (size > most || (state >= LONG_CHUNK && state != (most | FREE) && *footer_of(c, size) != size)) return 0;
  return state;
}

// The state of the chunk or wall at c + bytes. If neither is there, the program stops and records c. Then c's
// block was overrun, or the long block behind it. If `bytes` is 0, c itself is damaged: the block before it
// was overrun, or its own, which is long.
OUTLINE word inspect_after(chunk *c, word bytes) {
  word state = inspect(after(c, bytes));
  if (rare(!state)) misuse(OVERRUN, c);
  return state;
}

// Finds the same state as inspect_after, in fewer steps. A state below LONG_CHUNK is believed as it is: even
// a state of 0, or one at an address where no chunk may lie.
INLINE word state_after(heap *h, chunk *c, word bytes) {
  word state = decode(h, after(c, bytes));
  return rare(state >= LONG_CHUNK) ? inspect_after(c, bytes) : state;
}

// Stops the program if the header behind this chunk is damaged, as by an overrun of the chunk's block.
INLINE void check_after(heap *h, chunk *c, word size) { state_after(h, c, size); }

// The state of the chunk whose block the program hands in. If that chunk is not in use, the program stops.
OUTLINE word validate(chunk *c) {
  word state = inspect(c);
  if (rare(!state || state & WALL)) misuse(state ? DOUBLE_FREE : BAD_POINTER, c);
  return state;
}

// ---- Bins: rings of free chunks ----

// A bin and its chunks form a ring, in which each leads to the next one and to the previous one.
//
// A link is the exclusive or of two addresses: that of the chunk it leads to, and that of the chunk it is in.
// So two neighbours in a ring lead to each other by the same word, which bin_remove compares. A link of 0
// leads back to its own chunk; in a bin: no chunks. The allocator never writes 0 as a link into a free chunk.
INLINE word link_between(const chunk *a, const chunk *b) { return address(a) ^ address(b); }
INLINE chunk *follow(const chunk *c, word link) { return pointer(address(c) ^ link); }

// Which bin takes free chunks of this size:
//
//    0 to  7   chunks of 8 * bin bytes
//    8 to 61   four bins for each power of two: from 64, 80, 96, 112, 128, 160, 192, 224, 256, ... bytes on
//   62         chunks of 768 KiB or more
//   63         TOP_BIN: the top first, then those that were the top until others took the pages behind them
INLINE word bin_of(word size) {
  word log = 31 - (word)__builtin_clz(size | UNIT << SUB_BITS);
  word bin = ((log - SUB_BITS - UNIT_BITS) << SUB_BITS) + (size >> (log - SUB_BITS));
  return bin < TOP_BIN ? bin : TOP_BIN - 1;
}

// A bin has links and no header. In its ring it is the chunk that begins one word before its links. A bin is
// read and written through this chunk, never through `bins`, so the compiler sees one type. Only sweep clears
// all bins directly.
INLINE chunk *bin_head(heap *h, word bin) { return before(&h->bins[bin], HEADER); }

// Makes these bytes a free chunk, and the first of its bin. So in TOP_BIN the newest top, inserted last,
// comes first. Neither neighbour may be free. Each address that is written to comes from c, the size or the
// root. None comes from a link in a chunk, since the program may have damaged that.
OUTLINE void bin_insert(chunk *c, word size) {
  heap *h = root();
  chunk *next = after(c, size);
  encode(h, c, size | FREE);
  *footer_of(c, size) = size;
  add_to_state(next, PREV_FREE);
  word bin = TOP_BIN;
  if (address(next) != h->wall)
    bin = bin_of(size);
  else if (address(c) > h->peak)
    h->peak = address(c);
  h->map |= 1ull << bin;
  chunk *head = bin_head(h, bin), *first = follow(head, head->next);
  c->next = first->prev = link_between(c, first);
  c->prev = head->next = link_between(c, head);
}

// Takes a chunk of this state out of its bin, and returns its size. If it is not free, or not both neighbours
// in the ring lead back to it, the program stops before anything is written.
OUTLINE word bin_remove(chunk *c, word state) {
  heap *h = root();
  if (is_free(state) && c->next) {
    chunk *next = follow(c, c->next), *prev = follow(c, c->prev);
    word end = distance(h, pointer(h->wall));
    if (distance(h, prev) < end && distance(h, next) < end && next->prev == c->next &&
        prev->next == c->prev) {
      next->prev = prev->next = link_between(prev, next);
      word size = size_of(state);
      add_to_state(after(c, size), -PREV_FREE);
      return size;
    }
  }
  misuse(BAD_LINK, c);
}

// Takes a free chunk of this size or more out of its bin. The bins are searched from that of this size
// upwards, and the first `looks` chunks of each. In this size's bin and in TOP_BIN a chunk may be too small;
// in the bins between, the first one serves. Returns false if no such chunk was found.
INLINE bool find_fit(heap *h, word size, word looks, chunk **found, word *have) {
  for (uint64_t bits = h->map & (~0ull << bin_of(size)); bits; bits &= bits - 1) {
    word bin = (word)__builtin_ctzll(bits);
    chunk *head = bin_head(h, bin), *c = follow(head, head->next);
    for (word left = looks; left && c != head; left--) {
      word state = inspect(c);
      // Only damage makes a state or a link 0. bin_remove then stops the program.
      if (!state || state >= size || !c->next) {
        *have = bin_remove(c, state);
        *found = c;
        return true;
      }
      c = follow(c, c->next);
    }
    if (!head->next) h->map &= ~(1ull << bin); // this bin is empty
  }
  return false;
}

// ---- Merging ----

// Frees the bytes at c: merges them with their free neighbours and puts the whole into a bin. `state` is the
// number of bytes, plus PREV_FREE if the chunk before them is free. The bytes need no header yet.
OUTLINE void coalesce(chunk *c, word state) {
  word size = size_of(state), next_state = state_after(root(), c, size);
  chunk *next = after(c, size);
  if (state & PREV_FREE) {
    word prev_size = free_size_before(c);
    chunk *prev = before(c, prev_size);
    if (rare(bin_remove(prev, inspect(prev)) != prev_size)) misuse(OVERRUN, prev);
    set_state(c, FREE); // so that a second free of this block is recognized
    c = prev;
    size += prev_size;
  }
  if (is_free(next_state)) size += bin_remove(next, next_state);
  bin_insert(c, size);
}

// Makes each run of cached and free chunks one free chunk. First the quick lists, the cut and the bins are
// emptied. Then a walk over all chunks fills the bins anew. The walk decodes every header, so it finds
// damage; the program stops then, and the lists stay incomplete. Headers inside a run stay where they are, so
// that a second free of such a block is recognized.
//
// Of all chunks only the cut has a header without a size; the walk steps over the cut by cut_left. A damaged
// header may have no size either. Then this step most likely ends where no chunk begins, and the next header
// is refused. Without a cut the step is one word, where no chunk can begin. A damaged header that decodes to
// a wall is believed.
OUTLINE void sweep(heap *h) {
  word cut_left = h->cut_left ? h->cut_left : sizeof(word);
  clear(&h->cut_left, sizeof(heap) - offsetof(heap, cut_left));
  chunk *c = first_chunk(h), *run = 0;
  while (true) {
    word state = state_after(h, c, 0), size = size_of(state);
    if (is_vacant(state)) {
      if (!run) run = c;
    } else if (run) {
      add_to_state(c, -(state & PREV_FREE)); // bin_insert sets PREV_FREE again
      bin_insert(run, address(c) - address(run));
      run = 0;
    }
    if (!is_wall(state))
      c = after(c, size ? size : cut_left);
    else if (c->next > address(c))
      c = pointer(c->next);
    else
      return; // the last wall has no next part
  }
}

// ---- More memory ----

// Makes `end` the end of the heap, and puts the last wall before it. The wall's `next` is 0 already, because
// new pages are zero. The caller makes chunks of the bytes before the wall.
OUTLINE void set_end(heap *h, word end) {
  h->wall = end - WALL_SIZE;
  h->units = (end - address(h)) / UNIT;
  set_state(pointer(h->wall), WALL);
}

// Makes the heap, for the first block: the root, one free chunk and a wall. The memory there is zero, and so
// are all fields of the root that are not set here. Returns NULL if the memory has no room for root, chunk
// and wall.
INLINE heap *begin(void) {
  heap *h = place_of_root();
  word end;
  while ((end = memory_pages() * PAGE) - address(heap_start()) < HEADER + FIRST_CHUNK + MIN_CHUNK + WALL_SIZE)
    if (memory_grow(1) == (word)-1) return 0;
  set_root_address(address(h));
  set_end(h, end);
  h->own_units = h->units;
  bin_insert(first_chunk(h), h->wall - address(first_chunk(h)));
  return h;
}

// Grows the memory by what the top lacks for a chunk of this size, and by some pages more if the memory gives
// them. Returns false if the memory does not give what is lacking. If others grew the memory since the heap
// last grew, the new pages become a part of their own. The old top stays in the part before. The new part may
// be too short; then allocate calls grow again.
INLINE bool grow(heap *h, word size) {
  chunk *old_wall = pointer(h->wall);
  word prev_free = inspect_after(old_wall, 0) & PREV_FREE;
  word top_size = prev_free ? free_size_before(old_wall) : 0;
  word pages = (size - top_size + PAGE - 1) / PAGE;
  word extra = h->own_units / (PAGE / UNIT * GROWTH_SHARE), from;
  while ((from = memory_grow(pages + extra)) == (word)-1) {
    if (!extra) return false;
    extra /= 2;
  }
  h->grows++;
  from *= PAGE;
  word bytes = (pages + extra) * PAGE;
  h->own_units += bytes / UNIT;
  set_end(h, from + bytes);
  if (from == address(old_wall) + WALL_SIZE) {
    coalesce(old_wall, bytes | prev_free); // all from the old wall to the new one
  } else {
    old_wall->next = from + HEADER;
    coalesce(pointer(from + HEADER), bytes - HEADER - WALL_SIZE);
  }
  return true;
}

// ---- Allocating ----

// Makes these bytes the cut, or CUT_SIZE of them if the rest makes a chunk. Returns the cut's size. What is
// left of the old cut stays cached, in no list, until the next sweep. The chunk before the new cut is in use.
INLINE word new_cut(heap *h, chunk *c, word bytes) {
  if (h->cut_left) add_to_state(pointer(h->cut), h->cut_left); // the old cut's header gets its size
  word size = bytes < CUT_SIZE + MIN_CHUNK ? bytes : CUT_SIZE;
  h->cut = address(c);
  h->cut_left = size;
  h->cached += size;
  set_state(c, CACHED);
  return size;
}

// Splits a chunk of this size off a free chunk, and returns its payload; NULL if there is no room.
//
// If no bin serves, it does the first of these that it can, then searches the bins again:
//   1. grow, if at most a sixteenth of the heap is cached: a sweep is not yet worth its time
//   2. sweep, if anything is cached: from then on nothing is
//   3. look at every chunk of every bin that may have one large enough
// If it can do none of them, there is no room. Shares of the heap do not count the pages of others.
OUTLINE void *allocate(word size) {
  heap *h = root();
  if (size > LARGEST || (!h && !(h = begin()))) return 0;
  // If over half of the heap is cached, the program probably needs other sizes now than those it freed.
  if (h->cached > h->own_units * (UNIT / 2)) sweep(h);
  chunk *c;
  word looks = LOOKS + size / LOOK_SHARE, have;
  while (!find_fit(h, size, looks, &c, &have)) {
    if (h->cached <= h->own_units / (16 / UNIT) && grow(h, size)) continue;
    if (h->cached)
      sweep(h);
    else if (looks < h->own_units)
      looks = h->own_units; // a heap has fewer chunks than units
    else
      return 0;
  }
  // The chunk before a free one is never free, so none of the new states has PREV_FREE.
  word left = have - size;
  if (left < MIN_CHUNK) {
    set_state(c, have);
    return payload_of(c);
  }
  set_state(c, size);
  chunk *rest = after(c, size);
  // If the cut is too short for a small chunk of this size, the rest may make a longer one.
  if (size < SMALL_END && size + MIN_CHUNK > h->cut_left && left > h->cut_left) {
    word taken = new_cut(h, rest, left);
    rest = after(rest, taken);
    left -= taken;
  }
  if (left) bin_insert(rest, left);
  return payload_of(c);
}

// Gives a chunk of `have` bytes this state, which has the same size or a smaller one. The rest is freed if it
// makes a chunk; else the chunk keeps it.
OUTLINE void split(chunk *c, word have, word state) {
  word left = have - size_of(state);
  if (left < MIN_CHUNK) {
    set_state(c, state + left);
  } else {
    set_state(c, state);
    coalesce(after(c, size_of(state)), left);
  }
}

// ---- Small chunks ----

// Returns &h->quick[size / UNIT]. The compiler makes less code from this form of the expression.
INLINE word *quick_list(heap *h, word size) {
  return (word *)((char *)h->quick + size / (UNIT / sizeof(word)));
}

// Puts a chunk in use onto its quick list.
INLINE void quick_push(heap *h, chunk *c, word size) {
  word *list = quick_list(h, size);
  c->next = *list ^ address(c);
  *list = address(c);
  add_to_state(c, CACHED);
  h->cached += size;
}

// Takes the first chunk off a quick list that is not empty, and returns its payload. If the list's head is no
// cached chunk of this size, its header or the link that led there is damaged: the program stops.
INLINE void *quick_pop(heap *h, word size) {
  word *list = quick_list(h, size);
  chunk *c = pointer(*list);
  if (rare(!is_inside(h, c) || (decode(h, c) & ~(word)PREV_FREE) != (size | CACHED))) misuse(BAD_LINK, c);
  add_to_state(c, -CACHED);
  h->cached -= size;
  *list = address(follow(c, c->next));
  return payload_of(c);
}

// Cuts a chunk off the cut, which must be longer by MIN_CHUNK or more, and returns its payload. An overrun
// may have damaged the cut's header, or the cut's address in the root: then the program stops.
INLINE void *cut_off(heap *h, word size) {
  chunk *c = pointer(h->cut);
  if (rare(!is_inside(h, c) || (decode(h, c) & ~(word)PREV_FREE) != CACHED)) misuse(OVERRUN, c);
  add_to_state(c, size - CACHED);
  h->cached -= size;
  h->cut = address(c) + size;
  h->cut_left -= size;
  encode(h, after(c, size), CACHED);
  return payload_of(c);
}

// ---- The functions ----

void *malloc(size_t bytes) {
  heap *h = root();
  if (bytes <= LARGEST_SMALL && h) {
    word size = short_chunk_size((word)bytes);
    if (*quick_list(h, size)) return quick_pop(h, size);
    if (h->cut_left >= size + MIN_CHUNK) return cut_off(h, size);
  }
  return allocate(chunk_size((word)bytes));
}

// Two headers are decoded: the block's own, and the one behind its chunk. A write past the end of the chunk
// hits the second first.
void free(void *block) {
  heap *h = root();
  chunk *c = chunk_of(block);
  if (is_inside(h, c)) {
    word state = decode(h, c), size = size_of(state);
    if (is_small_in_use(state)) {
      check_after(h, c, size);
      quick_push(h, c, size);
      return;
    }
  }
  if (block) coalesce(c, validate(c));
}

// Without -fno-builtin the compiler would make malloc and clear a call of calloc: of this function.
void *calloc(size_t count, size_t each) {
  uint64_t product = (uint64_t)count * each;
  size_t bytes = product > SIZE_MAX ? SIZE_MAX : (size_t)product; // too large for malloc, too
  void *block = malloc(bytes);
  if (block) clear(block, bytes);
  return block;
}

void *realloc(void *block, size_t bytes) {
  if (!block) return malloc(bytes);
  chunk *c = chunk_of(block);
  word size = chunk_size((word)bytes), state = validate(c), have = size_of(state);
  if (size > have) {
    word next_state = inspect_after(c, have);
    if (is_free(next_state) && have + size_of(next_state) >= size)
      have += bin_remove(after(c, have), next_state);
  }
  if (size <= have) {
    split(c, have, size | (state & PREV_FREE));
    return block;
  }
  void *moved = malloc(bytes);
  if (moved) {
    copy(moved, block, size_of(state) - HEADER); // a long chunk's footer, too: the new chunk is longer
    free(block);
  }
  return moved;
}

void *aligned_alloc(size_t alignment, size_t bytes) {
  if (__builtin_popcount(alignment) != 1) return 0;
  if ((alignment | bytes) > LARGEST) return 0;
  word size = chunk_size((word)bytes);
  void *block = allocate(size + (((word)alignment + MIN_CHUNK + UNIT - 1) & ~(UNIT - 1u)));
  if (!block) return 0;
  chunk *whole = chunk_of(block);
  word have = size_of(inspect(whole));
  word lead = -address(block) & ((word)alignment - 1); // bytes before the aligned block; they are freed
  if (lead == UNIT) lead += (word)alignment;           // UNIT bytes are too few for a chunk
  chunk *aligned = after(whole, lead);
  split(aligned, have - lead, size);
  if (lead) coalesce(whole, lead);
  return payload_of(aligned);
}

int posix_memalign(void **out, size_t alignment, size_t bytes) {
  if (alignment < sizeof(void *) || __builtin_popcount(alignment) != 1) return EINVAL;
  void *block = aligned_alloc(alignment, bytes);
  if (!block) return ENOMEM;
  *out = block;
  return 0;
}

size_t malloc_usable_size(void *block) {
  return block ? payload_size(size_of(validate(chunk_of(block)))) : 0;
}
