// The allocator: one heap in the memory of a WebAssembly program, from __heap_base to as far as it has grown.
//
// Assumptions
//   - __heap_base is divisible by 8, as linkers make it, and not beyond the end of the memory. What lies from there
//     to the end is ours, and zero, when the first block is asked for: whoever wants pages for himself takes them
//     later, and no other heap may begin there. Until then the word at address 4 is zero, too.
//   - From the first block on anyone may grow the memory at any time. Pages that others got are theirs.
//   - Our growing may fail at any time.
//   - One thread.
//
// Promises, where C leaves a choice
//   - A payload is aligned to 8. malloc(0) and realloc(p, 0) give a block of the smallest size or 8 more: room for 12.
//   - NULL says that there is no room; a size above PTRDIFF_MAX never has any. errno is not set. What was there before
//     stays as it was: realloc's block, all others, and what posix_memalign's `out` points to. realloc moves what does
//     not fit where it is, so it says NULL where there is no room for a second block.
//   - aligned_alloc takes any power of two with any size, and needs room for the block, the alignment and 16 bytes,
//     as one block: more than PTRDIFF_MAX in all there never is.
//   - malloc_usable_size tells what may be written. It is 0 for NULL, which free ignores and realloc takes for none.
//
// A chunk
//   Everything between the root and the end is chunks, one beside the other. A chunk begins 4 bytes below an address
//   divisible by 8, so the payload behind its 4-byte header is aligned to 8, and a struct of 12 bytes takes 16.
//
//       in use            cached                   free
//       +---------+       +---------+              +---------+  <- c, 4 below a multiple of 8
//       | header  |       | header  |              | header  |
//       +---------+       +---------+              +---------+  <- the pointer that malloc returned
//       | payload |       | link    | next in the  | link    | next in the bin
//       |         |       |         | quick list   | link    | previous in the bin
//       |         |       |  ....   |              |  ....   |
//       |         |       |         |              | size    |  the footer
//       +---------+       +---------+              +---------+
//
//   In use is what the program has. Cached is what it has freed and what may be had again as it is, with this very
//   size. Free is what may be had whole or in parts. A long chunk, 64 KiB or more, has a footer when in use, too.
//
// The header
//   It codes one number, the chunk's state: its size, a multiple of 8, plus flags in the three lowest bits.
//
//       header = state * CODE - distance of the chunk from the root       (all arithmetic is modulo 2^32)
//       state  = (header + distance) * INVERSE
//
//   A chunk that is not long has a state below 2^16. That is one of 65,536 words, and CODE is such that a header in
//   which up to four bits were flipped never decodes to another such state. A state of 2^16 or more is believed only
//   when the last word of what would be the chunk repeats its size, or when it is the top. So a header that was written
//   over, or a word that never was one, is found.
//
// The heap
//
//       | root | chunk | cut.. | chunk | ... | wall |  pages of others  | chunk | free | chunk | top ...... | wall |
//       ^ __heap_base                                                                                          end ^
//
//   The root lies as chunks do, 4 below a multiple of 8, and its first word never decodes as a chunk in use.
//   A wall ends each part of the heap and tells where the next part begins: the last one tells 0. The top is the free
//   chunk before the last wall. It is like any other but for its bin, the last, so that it is split last of all. What
//   was the top when pages of others came in between stays in that bin until it is taken, or until the next sweep. The
//   cut is where small chunks are cut from, one beside the other: a cached chunk whose header says no size. The root
//   knows where it is and how much of it is left.
//
// Ways to go
//   free    A chunk below 1 KiB is cached: it goes onto the quick list of its size. A larger one becomes free: it is
//           merged with its free neighbours and goes into a bin.
//   malloc  Below 1 KiB: the quick list of this very size, else the cut. Where neither serves, and for larger ones: a
//           chunk of the smallest bin in which one of the first few is large enough. A small one makes up to
//           4 KiB of what is left the new cut, if the old one is too short for it and shorter than that.
//           If no bin serves: a sweep, if more than a sixteenth of the heap is cached, else more memory, else a sweep,
//           if anything is cached, else any chunk of any bin, else NULL.
//   sweep   One pass over the heap turns every run of cached and free chunks into one free chunk. There is one, too,
//           when neither list nor cut serves or is asked, and more than half of the heap is cached.
//
// Invariants
//   - A chunk in use, a cached one or a wall has PREV_FREE if and only if the chunk before it is free. No free chunk
//     has it: two free chunks are never neighbours.
//   - A chunk is in its bin if and only if it is free. What is in a quick list is cached. Cached, but in no list, are
//     the cut and what was left of earlier ones.
//   - `cached` is the size of all cached chunks together.
//   - The top is the first of its bin.
//   - A bin whose bit is clear in the map is empty. The reverse need not hold.
//   - The cut is at least MIN_CHUNK long, or there is none.
//
// Bounds
//   malloc and free look at no more than LOOKS chunks of each bin, one more for every LOOK_SHARE bytes asked for, and
//   at the neighbours of two chunks, but for sweeps and on the way to NULL. A sweep visits each chunk once. While the
//   memory can grow, there is one only when more than a sixteenth of the heap was cached since the last: one visit for
//   each byte that was cached, at the most. Where the memory can't grow any more, each call that no bin serves may
//   sweep, if anything is cached, and look at every chunk of the bins: malloc says NULL only if no chunk is large
//   enough. So may a call that asks for more than the memory can ever grow by. memory.grow is asked for a 64th of the
//   heap beyond the need, and for less where it refuses, so a heap that grows to n bytes calls it O(log n) times past
//   4 MiB.
//
// Misuse
//   What is found stops the program: the kind and the chunk's address are left in the root, then a trap.
//   What is looked at, and what it costs in WebAssembly's operators, constants and locals not counted:
//   - Each pointer that comes in: the heap's bounds and alignment, 5, and its header: 5 in free of a small block, else
//     about 14, and 5 more for a long one.
//   - In free the header of the next chunk, 7, and so in realloc where it grows, moves or cuts a block.
//   - In malloc a quick list's head or the cut, in the same way, 13.
//   - A chunk of a bin, 25, and before anything is written through its links they and those of both neighbours, 20.
//   Measured by tests/memory-cases.mjs on a small heap: each of 480 single flips of a header's bit is found, and of
//   100,000 words put in place of a header free believes none: it asks for the next header, too. malloc_usable_size
//   asks for the one header and believes one word of 262,144; realloc does where the word says the size it would leave.
//   Told apart, by the letters that lib/heap/ gives them, are
//   - `D`: a block that is free or cached. It is told as well of the cut, the top and a wall, and of a freed block that
//     became part of another free one; `P` may be told of it if it was long, or its header was written over since.
//   - `P`: a pointer to no block, or to one whose header is damaged.
//   - `O`: a damaged header behind a block, of the cut, or in a sweep. The address is that of the chunk before it; for
//     the cut in malloc, in a sweep and in growing it is its own, where realloc cuts a block that of what is cut off.
//   - `L`: a quick list or a bin that leads to what does not belong there, by a damaged link or header. A damaged link
//     of a quick list is found by the malloc after the one that hands out its chunk, and the address is where it led.
//   A footer written over leads to what is told as `O` or `L`. There is no secret: who can write anywhere can forge a
//   header.
//   Not found: a write onto the footer of the top, until the heap grows, which may ask for too many pages, a wall's
//   address that became 0 or leads back, which ends a sweep there and takes what lies behind out of the bins, or that
//   leads too far, which leaves out what lies between, a link that makes a ring of chunks all too small, by which malloc
//   comes to NULL, a header that decodes to the size 0 (two words of 2^32), a write past the payload that stays inside
//   the chunk, a write into a free payload that misses the links or hits those of a chunk that is only passed over, a
//   read of any kind, and a pointer freed twice when its block was handed out again in between.
//   Stopped without a record, by a trap for an address beyond the memory: a pointer into the last KiB of the memory
//   that decodes by chance as one to a small block, a damaged address in a wall, and a wrong pointer before there is a
//   root, if the memory has no room for one.

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t word;

#include "port/port.h"

#define INLINE          static inline __attribute__((always_inline))
#define OUTLINE         static __attribute__((noinline))
#define rare(condition) __builtin_expect((condition), 0)

// Macros are what the custom section below is made of, as text, and INVERSE, which no int holds.

// Flags of a state. CACHED and FREE exclude each other; a wall has both, and no size.
#define PREV_FREE 1
#define CACHED    2
#define FREE      4

#define WALL_SIZE  12
#define LONG_CHUNK (1 << 16)
#define SUB_BITS   2

#define CODE    71613
#define INVERSE 0xfff15b95u

enum {
  WALL = CACHED | FREE,
  FLAGS = 7,

  HEADER = 4,
  FOOTER = 4,
  MIN_CHUNK = 16,
  QUICK_END = 1024,
  SLAB = 4096, // about so much becomes the cut at once
  LARGEST = PTRDIFF_MAX,

  // Bins: one for each multiple of 8 below 64, then 1 << SUB_BITS for each power of two; the last but one has all that
  // is longer, the last has the tops.
  BINS = 64, // one bit of the map each
  TOP_BIN = BINS - 1,
  LOOKS = 4,            // and one more for each
  LOOK_SHARE = 1 << 14, // bytes asked for

  GROWTH_SHARE = 64,
};

typedef enum fault { DOUBLE_FREE = 1, BAD_POINTER, OVERRUN, BAD_LINK } fault;

typedef struct chunk {
  word header;
  word next;
  word prev;
} chunk;

// A 64-bit number that may lie at any multiple of 4.
typedef uint64_t bitmap __attribute__((aligned(4)));

typedef struct heap {
  word peak;   // the chunk that was the top when it began highest
  word extent; // multiples of 8 from here to the end: what is a chunk begins at one of them
  word own;    // the same without the pages of others
  word wall;   // the last one
  word grows;  // how often the memory was grown since the first block
  word fault;
  word fault_at; // the chunk
  word cut;
  word cut_left;
  word cached;
  bitmap map;
  word quick[QUICK_END / 8];
  struct {
    word next, prev;
  } bins[BINS];
} heap;

enum { FIRST_CHUNK = (sizeof(heap) + 7) & ~7u }; // its distance from the root

_Static_assert((word)(CODE *INVERSE) == 1, "INVERSE undoes CODE");
_Static_assert(sizeof(chunk) + FOOTER <= MIN_CHUNK,
               "the smallest chunk has room for both links and the footer");
_Static_assert(offsetof(chunk, prev) <= WALL_SIZE, "a wall has room for the address of the next part");
_Static_assert(
    offsetof(heap, peak) == 0 && (HEADER * INVERSE & WALL) == FREE,
    "a pointer to the root is none to a chunk in use: a chunk's address, seen as a header, says FREE");
_Static_assert(offsetof(heap, extent) == 4,
               "before there is a root, the extent that `inside` reads is the word at address 4");
_Static_assert((WALL_SIZE + HEADER) % 8 == 0, "the last wall is as chunks are, 4 below a multiple of 8");
_Static_assert(QUICK_END < LONG_CHUNK && QUICK_END % 8 == 0 && (QUICK_END & (QUICK_END - 1)) == 0,
               "one mask of a state tells whether a chunk is in use and below QUICK_END");
_Static_assert(BINS <= 64, "each bin has a bit");

// The layout, for who looks at a heap from outside: a custom section of the module, which lib/heap/ reads and nothing
// here does. It takes no memory. Offsets are in words; what is left of the cut and `cached` follow the cut.
#define PEAK_AT  0
#define WALL_AT  3
#define GROWS_AT 4
#define FAULT_AT 5
#define CUT_AT   7
#define MAP_AT   10
#define QUICK_AT 12
#define BINS_AT  140
custom_section("heap", INT32(CODE) INT8(WALL_AT) INT8(PEAK_AT) INT8(GROWS_AT) INT8(FAULT_AT) INT8(CUT_AT)
                           INT8(MAP_AT) INT8(QUICK_AT) INT8(BINS_AT) INT8(SUB_BITS) INT8(PREV_FREE)
                               INT8(CACHED) INT8(FREE) INT8(WALL_SIZE) INT8(LONG_CHUNK >> 12));

#define LIES_AT(field, words) (offsetof(heap, field) == (words) * sizeof(word))
_Static_assert(LIES_AT(peak, PEAK_AT) && LIES_AT(wall, WALL_AT) && LIES_AT(grows, GROWS_AT) &&
                   LIES_AT(fault, FAULT_AT) && LIES_AT(fault_at, FAULT_AT + 1) && LIES_AT(cut, CUT_AT) &&
                   LIES_AT(cut_left, CUT_AT + 1) && LIES_AT(cached, CUT_AT + 2) && LIES_AT(map, MAP_AT) &&
                   LIES_AT(quick, QUICK_AT) && LIES_AT(bins, BINS_AT),
               "the layout tells where things lie");

INLINE word address(const void *pointer) { return (word)(uintptr_t)pointer; }
INLINE void *pointer(word address) { return (void *)(uintptr_t)address; }
INLINE chunk *after(const void *c, word bytes) { return pointer(address(c) + bytes); }
INLINE chunk *before(const void *c, word bytes) { return pointer(address(c) - bytes); }

INLINE heap *place_of_root(void) { return (heap *)(heap_start() + HEADER); }
INLINE heap *root(void) { return pointer(known_root()); }
INLINE chunk *first_chunk(heap *h) { return after(h, FIRST_CHUNK); }

INLINE word size_of(word state) { return state & ~(word)FLAGS; }
// Cached or free, but neither a wall, which has both flags, nor in use: 2 and 4 become 4 and 6; 0 and 6 become 2 and 8.
INLINE bool vacant(word state) { return (state + CACHED) & FREE; }
INLINE word *footer(chunk *c, word size) { return (word *)after(c, size - FOOTER); }
INLINE word room(word size) { return size - (size < LONG_CHUNK ? HEADER : HEADER + FOOTER); }

// The size of a chunk whose payload has room for so many bytes. The short form is for those far from long.
INLINE word short_size(word bytes) {
  word size = (bytes + HEADER + 7) & ~7u;
  return size < MIN_CHUNK ? MIN_CHUNK : size;
}

// If there can be none, then more than any chunk or two have.
OUTLINE word chunk_size(word bytes) {
  if (bytes > LARGEST) return ~(word)FLAGS;
  word size = short_size(bytes);
  if (size >= LONG_CHUNK) size = (bytes + HEADER + FOOTER + 7) & ~7u;
  return size;
}

// ---- Headers ----

INLINE word distance(heap *h, const chunk *c) { return address(c) - address(h); }
INLINE word decode(heap *h, const chunk *c) { return (c->header + distance(h, c)) * INVERSE; }
INLINE void encode(heap *h, chunk *c, word state) { c->header = state * CODE - distance(h, c); }
OUTLINE void encode_any(chunk *c, word state) {
  encode(root(), c, state);
  if (state >= LONG_CHUNK) *footer(c, size_of(state)) = size_of(state);
}

// Does this lie as chunks do, not below the root and not above the last wall? So both its header and a link can be
// read. The rotation makes three low bits of the distance high ones.
INLINE bool inside(heap *h, const chunk *c) {
  word far = distance(h, c);
  return readable(h) && (far >> 3 | far << 29) < h->extent;
}

OUTLINE _Noreturn void misuse(fault what, const chunk *c) {
  heap *h = place_of_root();
  h->fault = what;
  h->fault_at = address(c);
  stop();
}

// The state of what may be a chunk, or 0 if it is none. It ends where the last wall begins, or before.
OUTLINE word inspect(chunk *c) {
  heap *h = root();
  if (!inside(h, c)) return 0;
  word state = decode(h, c), size = size_of(state), most = h->wall - address(c);
  if (size > most || (state >= LONG_CHUNK && state != (most | FREE) && *footer(c, size) != size)) return 0;
  return state;
}

// The state of the chunk so many bytes behind this one. There must be one.
OUTLINE word inspect_beyond(chunk *c, word bytes) {
  word state = inspect(after(c, bytes));
  if (rare(!state)) misuse(OVERRUN, c);
  return state;
}

// The same in fewer steps: what is not long is decoded right here, and whether the place is inside is not asked.
INLINE word beyond(heap *h, chunk *c, word bytes) {
  word state = decode(h, after(c, bytes));
  return rare(state >= LONG_CHUNK) ? inspect_beyond(c, bytes) : state;
}

// ---- Bins: rings of free chunks ----
//
// A link is the address it leads to, mixed with the address of the chunk that it is in. So both links between two
// chunks are the same word. 0 leads back to where it is: a bin that is zero is a ring of none, and a chunk whose link
// is zero was written over.

INLINE word tie(const void *a, const void *b) { return address(a) ^ address(b); }

INLINE chunk *follow(const chunk *c, word link) { return pointer(link ^ address(c)); }

INLINE word bin_of(word size) {
  word log = 31 - (word)__builtin_clz(size | 8 << SUB_BITS);
  word bin = ((log - SUB_BITS - 3) << SUB_BITS) + (size >> (log - SUB_BITS));
  return bin < TOP_BIN ? bin : TOP_BIN - 1;
}

// A bin has two links and no header. It is seen as a chunk all the same: one that begins a word before the links.
INLINE chunk *bin_head(heap *h, word bin) { return before(&h->bins[bin], HEADER); }

// A chunk becomes free. Its neighbours are not. It is the first of its ring: what was freed last is looked at, whatever
// waits there. And what is written here is found by the root alone, never by what the program may have written over.
OUTLINE void give(chunk *c, word size) {
  heap *h = root();
  chunk *next = after(c, size);
  encode(h, c, size | FREE);
  *footer(c, size) = size;
  next->header += PREV_FREE * CODE;
  word bin = TOP_BIN;
  if (address(next) != h->wall)
    bin = bin_of(size);
  else if (address(c) > h->peak)
    h->peak = address(c);
  h->map |= 1ull << bin;
  chunk *head = bin_head(h, bin), *first = follow(head, head->next);
  c->next = first->prev = tie(c, first);
  c->prev = head->next = tie(c, head);
}

// Takes a free chunk, whose state this is, out of its bin. Returns its size. Both links must lead to chunks that lead
// back, and not to itself.
OUTLINE word take(chunk *c, word state) {
  heap *h = root();
  if ((state & WALL) == FREE && c->next) {
    chunk *next = follow(c, c->next), *prev = follow(c, c->prev);
    word most = distance(h, pointer(h->wall));
    if (distance(h, prev) < most && distance(h, next) < most && next->prev == c->next &&
        prev->next == c->prev) {
      next->prev = prev->next = tie(prev, next);
      word size = size_of(state);
      after(c, size)->header -= PREV_FREE * CODE;
      return size;
    }
  }
  misuse(BAD_LINK, c);
}

// Takes a free chunk of at least this size out of its bin; sets `found` to it and `have` to its size. No more than
// `looks` chunks of each bin are looked at. Chunks of the first bin may be too small; in any later one but the last all
// are large enough.
INLINE bool fit(heap *h, word size, word looks, chunk **found, word *have) {
  for (uint64_t bits = h->map & (~0ull << bin_of(size)), rest; bits; bits = rest) {
    rest = bits & (bits - 1);
    chunk *head = bin_head(h, (word)__builtin_ctzll(bits)), *c = head;
    for (word left = looks; (c = follow(c, c->next)) != head;) {
      // What is no chunk has state 0, and counts as large enough: the subtractions send it on to be found out.
      word state = inspect(c);
      if (state - 1 >= size - 1 || !c->next) {
        *have = take(c, state);
        *found = c;
        return true;
      }
      if (!--left) break;
    }
    if (!head->next) h->map -= bits - rest;
  }
  return false;
}

// ---- Merging and sweeping ----

// A chunk in use becomes free, together with its free neighbours.
OUTLINE void release(chunk *c, word state) {
  word size = size_of(state), ahead = beyond(root(), c, size);
  chunk *next = after(c, size);
  if (state & PREV_FREE) {
    word bytes = before(c, FOOTER)->header;
    chunk *prev = before(c, bytes);
    if (rare(take(prev, inspect(prev)) != bytes)) misuse(OVERRUN, prev);
    encode_any(c, FREE); // it becomes part of the one before; who frees it again is told that it is free
    c = prev;
    size += bytes;
  }
  if ((ahead & WALL) == FREE) size += take(next, ahead);
  give(c, size);
}

// Empties all lists, bins and the cut, and fills the bins anew. Every header of the heap is decoded on the way. Chunks
// that become part of one before them keep theirs, which says CACHED or FREE. A header that says no size is the cut's.
// If it is not, the step is as long as the cut, or one word if there is none: to where no chunk lies, which is found.
OUTLINE void sweep(heap *h) {
  word cut_left = h->cut_left ? h->cut_left : sizeof(word);
  clear(&h->cut_left, sizeof(heap) - offsetof(heap, cut_left));
  chunk *c = first_chunk(h), *run = 0;
  do {
    word state = beyond(h, c, 0), size = size_of(state);
    if (vacant(state)) {
      if (!run) run = c;
    } else {
      if (run) {
        c->header -= (state & PREV_FREE) * CODE;
        give(run, address(c) - address(run));
        run = 0;
      }
      if (state & FREE) {
        if (c->next <= address(c)) return; // the last wall tells 0
        c = pointer(c->next);
        continue;
      }
    }
    c = after(c, size ? size : cut_left);
  } while (true);
}

// ---- More memory ----

// The heap ends here from now on: the last wall is put there. The caller makes a chunk of what lies before it.
OUTLINE void set_end(heap *h, word end) {
  h->wall = end - WALL_SIZE;
  h->extent = (end - address(h)) / 8;
  encode_any(pointer(h->wall), WALL);
}

// Lets the top have room for a chunk of this size, if nobody else has grown the memory in between. Else the next call
// does, since new pages behind those of others are a part of their own, with a top of its own.
INLINE bool grow(heap *h, word size) {
  chunk *wall = pointer(h->wall);
  word behind_top = inspect_beyond(wall, 0) & PREV_FREE; // 0 or 1
  word have = before(wall, FOOTER)->header * behind_top; // what the top has, if there is one
  word pages = (size - have + PAGE - 1) / PAGE, extra = h->own / (PAGE / 8 * GROWTH_SHARE), from;
  while ((from = memory_grow(pages + extra)) == (word)-1) {
    if (!extra) return false;
    extra /= 2;
  }
  h->grows++;
  from *= PAGE;
  word bytes = (pages + extra) * PAGE;
  h->own += bytes / 8;
  set_end(h, from + bytes);
  if (from == address(wall) + WALL_SIZE) {
    release(wall, bytes + behind_top); // the wall becomes a chunk's header
  } else {
    wall->next = from + HEADER;
    release(pointer(from + HEADER), bytes - HEADER - WALL_SIZE);
  }
  return true;
}

// The first call. The root and the first chunk must fit into the memory.
INLINE heap *begin(void) {
  heap *h = place_of_root();
  word end;
  while ((end = memory_pages() * PAGE) - address(heap_start()) < HEADER + FIRST_CHUNK + MIN_CHUNK + WALL_SIZE)
    if (memory_grow(1) == (word)-1) return 0;
  know_root(address(h));
  set_end(h, end);
  h->own = h->extent;
  give(first_chunk(h), h->wall - address(first_chunk(h)));
  return h;
}

// The payload of a chunk in use of at least this size. Its header says how large it is, and that the chunk before is
// not free.
OUTLINE void *obtain(word size) {
  heap *h = root();
  if (size > LARGEST || (!h && !(h = begin()))) return 0;
  // More than half of the heap is cached: the program goes on with other sizes, or begins anew. `own` is in eights.
  if (h->cached > h->own * (8 / 2)) sweep(h);
  chunk *c;
  word looks = LOOKS + size / LOOK_SHARE, have;
  while (!fit(h, size, looks, &c, &have)) {
    if (h->cached <= h->own / (16 / 8) && grow(h, size)) continue;
    if (h->cached)
      sweep(h);
    else if (looks < h->own)
      looks = h->own; // all: there are no more than half as many
    else
      return 0;
  }
  word left = have - size;
  if (left < MIN_CHUNK) {
    encode_any(c, have);
    return after(c, HEADER);
  }
  encode_any(c, size);
  chunk *rest = after(c, size);
  if (size < QUICK_END && size + MIN_CHUNK > h->cut_left && left > h->cut_left) {
    chunk *cut = pointer(h->cut);
    if (h->cut_left) cut->header += h->cut_left * CODE; // from now on it says its size
    word slab = left < SLAB + MIN_CHUNK ? left : SLAB;
    h->cut = address(rest);
    h->cut_left = slab;
    h->cached += slab;
    encode_any(rest, CACHED);
    left -= slab;
    rest = after(rest, slab);
  }
  if (left) give(rest, left);
  return after(c, HEADER);
}

// ---- What the functions below share ----

// The state of a pointer's chunk, which must be in use and have a whole header.
OUTLINE word checked(void *payload) {
  chunk *c = before(payload, HEADER);
  word state = inspect(c);
  if (rare(!state || state & WALL)) misuse(state ? DOUBLE_FREE : BAD_POINTER, c);
  return state;
}

// Cuts a chunk in use, `have` long, down to the size in `state` and frees the rest, if that makes a chunk.
OUTLINE void trim(chunk *c, word have, word state) {
  word left = have - size_of(state);
  if (left < MIN_CHUNK) {
    encode_any(c, state + left);
  } else {
    encode_any(c, state);
    release(after(c, size_of(state)), left);
  }
}

// ---- The functions ----

void *EXPORT(malloc)(size_t bytes) {
  heap *h = root();
  if (bytes <= QUICK_END - 8 - HEADER && h) {
    word size = short_size((word)bytes), off_cut = 0;
    chunk *c = pointer(h->quick[size >> 3]);
    if (c || h->cut_left >= size + MIN_CHUNK) {
      if (!c) {
        c = pointer(h->cut);
        off_cut = size;
      }
      // The cut's header says no size.
      if (rare(!inside(h, c) || (decode(h, c) & ~(word)PREV_FREE) != ((size - off_cut) | CACHED)))
        misuse(off_cut ? OVERRUN : BAD_LINK, c);
      c->header += (off_cut - CACHED) * CODE;
      h->cached -= size;
      if (off_cut) {
        h->cut = address(c) + size;
        h->cut_left -= size;
        encode(h, after(c, size), CACHED);
      } else {
        h->quick[size >> 3] = c->next ^ address(c);
      }
      return after(c, HEADER);
    }
  }
  return obtain(chunk_size((word)bytes));
}

void EXPORT(free)(void *payload) {
  heap *h = root();
  chunk *c = before(payload, HEADER);
  if (inside(h, c)) {
    word state = decode(h, c), size = size_of(state);
    // In use and below 1 KiB?
    if (!(state & ~(word)((QUICK_END - 8) | PREV_FREE))) {
      beyond(h, c, size);                                 // there must be one
      word *list = (word *)((char *)h->quick + size / 2); // the compiler makes more of [size / 8]
      c->next = *list ^ address(c);
      *list = address(c);
      c->header += CACHED * CODE;
      h->cached += size;
      return;
    }
  }
  if (payload) release(c, checked(payload));
}

void *EXPORT(calloc)(size_t count, size_t each) {
  uint64_t product = (uint64_t)count * each;
  size_t bytes = product >> 32 ? SIZE_MAX : (size_t)product; // malloc says no
  void *payload = EXPORT(malloc)(bytes);
  if (payload) clear(payload, bytes);
  return payload;
}

void *EXPORT(realloc)(void *payload, size_t bytes) {
  if (!payload) return EXPORT(malloc)(bytes);
  chunk *c = before(payload, HEADER);
  word size = chunk_size((word)bytes), state = checked(payload), have = size_of(state);
  if (size > have) {
    word ahead = inspect_beyond(c, have);
    if ((ahead & WALL) == FREE && have + size_of(ahead) >= size) have += take(after(c, have), ahead);
  }
  if (size <= have) {
    trim(c, have, size | (state & PREV_FREE));
    return payload;
  }
  void *moved = EXPORT(malloc)(bytes);
  if (moved) {
    copy(moved, payload, size_of(state) - HEADER);
    EXPORT(free)(payload);
  }
  return moved;
}

void *EXPORT(aligned_alloc)(size_t alignment, size_t bytes) {
  if (__builtin_popcount(alignment) != 1) return 0;
  if ((alignment | bytes) > LARGEST) return 0;
  word size = chunk_size((word)bytes);
  void *payload = obtain(size + (((word)alignment + MIN_CHUNK + 7) & ~7u));
  if (!payload) return 0;
  chunk *start = before(payload, HEADER);
  word have = size_of(inspect(start));
  word lead = -address(payload) & ((word)alignment - 1);
  if (lead == 8) lead += (word)alignment; // too few bytes for a chunk of their own
  chunk *c = after(start, lead);
  trim(c, have - lead, size);
  if (lead) release(start, lead);
  return after(c, HEADER);
}

int EXPORT(posix_memalign)(void **out, size_t alignment, size_t bytes) {
  if (alignment < sizeof(void *) || __builtin_popcount(alignment) != 1) return EINVAL;
  void *payload = EXPORT(aligned_alloc)(alignment, bytes);
  if (!payload) return ENOMEM;
  *out = payload;
  return 0;
}

size_t EXPORT(malloc_usable_size)(void *payload) {
  if (!payload) return 0;
  return room(size_of(checked(payload)));
}
