// The allocator: one heap in the memory of a WebAssembly program, from __heap_base to as far as it has grown.
//
// Assumptions
//   - __heap_base is divisible by 8, as linkers make it, and not beyond the end of the memory. What lies from there
//     to the end is ours, and zero, when the first block is asked for.
//   - Anyone may grow the memory at any time, and our growing may fail at any time. Pages that others got are theirs.
//   - One thread.
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
//   A long chunk, 64 KiB or more, has a footer when in use, too.
//
// The header
//   It codes one number, the chunk's state: its size, a multiple of 8, plus flags in the three lowest bits.
//
//       header = state * CODE + distance of the chunk from the root       (all arithmetic is modulo 2^32)
//       state  = (header - distance) * INVERSE
//
//   A chunk that is not long has a state below 2^16. That is one in 65,536 of all words, and CODE is such that a
//   header in which up to four bits were flipped never decodes to another such state. A state of 2^16 or more is
//   believed only when the last word of what would be the chunk repeats its size. So a header that was written over,
//   or a word that never was one, is found. It costs a subtraction, a multiplication and a comparison.
//
// The heap
//
//       | root | chunk | free | chunk | ... | wall |  pages of others  | chunk | chunk | ... | top ...... | tail |
//       ^ __heap_base                                                                                           ^ end
//
//   The top is what was never handed out or came back to it. Its header says FREE and no size; the root knows where
//   it is. Where others grew the memory, a wall ends our part of it and tells where the next part begins.
//
// Ways to go
//   free    A chunk below 1 KiB goes onto the quick list of its size and stays as it is. A larger one is merged with
//           its free neighbours and goes into a bin, or becomes part of the top.
//   malloc  The quick list of this very size, else the first chunk of the smallest bin where that is large enough,
//           else the top, else a sweep, else more memory, else any chunk of any bin.
//   sweep   One pass over the heap turns every run of cached and free chunks into one free chunk.
//
// Invariants
//   - A chunk in use or cached has PREV_FREE if and only if the chunk before it is free. Two free chunks are never
//     neighbours, and the top's lower neighbour is not free.
//   - A chunk is in its quick list if and only if it is cached, in its bin if and only if it is free.
//   - A bin whose bit is clear in the map is empty. The reverse need not hold.
//   - Behind the top's header the heap writes nothing: a page is touched only when it is handed out.
//
// Bounds
//   malloc and free look at no more than one chunk of each bin and at the neighbours of two chunks, but for the sweep
//   and on the way to NULL. A sweep visits each chunk once, and there is one only after a quarter as many chunks were
//   cached as the last one visited: four visits for each free. Where the memory can't grow any more there is one
//   before NULL is returned, too, if any chunk was cached since the last; then every chunk of the bins that may have
//   one large enough is looked at, so that NULL means there is none. memory.grow is asked for a 48th of the heap
//   beyond the need, so a heap that grows to n bytes calls it O(log n) times once it is past 3 MiB.
//
// Misuse
//   What is found stops the program: the kind and the payload's address are left in the root, then a trap. Each
//   pointer that comes in is compared with the heap's bounds and alignment (4 instructions) and its header is
//   decoded (4). free decodes the next chunk's header as well (5), and so does realloc where it grows, moves or cuts
//   a block. A quick list's head is checked in the same way (8) before its link is read, and a link is coded with its
//   own address (2), so that zeros are no link. A bin's links are compared with those of both neighbours (4).
//   Measured by tests/memory-cases.mjs on a small heap: each of 416 single flips of a header's bit is found, and of
//   100,000 words put in place of a header none is believed. A word that means nothing passes for the header of a
//   chunk that is not long once in 65,536, and then the next header must pass as well.
//   Told apart are a block that is free (`D`), a pointer to no block or to one whose header is damaged (`P`), a
//   damaged header behind a block or in a sweep (`O`), and a damaged link (`L`). A freed block that became part of
//   another is still told as `D`, unless it was long. There is no secret: who can write anywhere can forge a header.
//   Not found: a write past the payload that stays inside the chunk, a write into a free payload that misses the
//   links, a read of any kind, and a pointer freed twice when its block was handed out again in between.

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t word;

#include "port.h"

#define INLINE          static inline __attribute__((always_inline))
#define OUTLINE         static __attribute__((noinline))
#define rare(condition) __builtin_expect((condition), 0)

enum {
  // Flags of a state. CACHED and FREE exclude each other; a wall has both, and no size.
  PREV_FREE = 1,
  CACHED = 2,
  FREE = 4,
  WALL = CACHED | FREE,
  FLAGS = 7,

  HEADER = 4,
  FOOTER = 4,
  TAIL = 12, // always left between the top and the end: room for a wall
  MIN_CHUNK = 16,
  QUICK_END = 1024,
  LONG_CHUNK = 1 << 16,
  LARGEST = PTRDIFF_MAX,

  // Bins: one for each multiple of 8 below 64, then 4 for each power of two.
  SUB_BITS = 2,
  BINS = 64, // one bit of the map each; the last has all from 896 KiB on

  SWEEP_SHARE = 2, // a sweep pays when 1/2^2 of the chunks were cached
  GROWTH_SHARE = 48,
};

#define CODE    65613u
#define INVERSE 0xca123885u

typedef enum fault { DOUBLE_FREE = 'D', BAD_POINTER = 'P', OVERRUN = 'O', BAD_LINK = 'L' } fault;

typedef struct chunk {
  word header;
  word next;
  word prev;
} chunk;

typedef struct heap {
  word extent; // how many multiples of 8 there are from the root to the end
  word end;
  chunk *top;
  word peak;  // as high as the top ever was
  word grows; // how often the memory was grown
  word fault;
  word fault_at;
  word frees;  // chunks cached since the last sweep
  word chunks; // chunks seen by the last sweep
  uint64_t map;
  word quick[QUICK_END / 8];
  struct {
    word next, prev;
  } bins[BINS];
} heap;

_Static_assert((word)(CODE *INVERSE) == 1, "INVERSE undoes CODE");
_Static_assert(sizeof(chunk) + FOOTER <= MIN_CHUNK,
               "the smallest chunk has room for both links and the footer");
_Static_assert(sizeof(chunk) <= TAIL, "a wall fits into the tail");
_Static_assert(QUICK_END < LONG_CHUNK && QUICK_END % 8 == 0 && (QUICK_END & (QUICK_END - 1)) == 0,
               "one mask tells");
_Static_assert(BINS <= 64, "each bin has a bit");
_Static_assert(offsetof(heap, bins) / sizeof(word) <= UINT8_MAX && LONG_CHUNK >> 12 <= UINT8_MAX &&
                   CODE >> 24 == 0,
               "heap_layout is made of bytes");

// For who looks at a heap from outside. app/heap/ reads it; nothing here does. Offsets are in words.
const uint8_t heap_layout[] = {
    CODE & 255,
    CODE >> 8 & 255,
    CODE >> 16,
    offsetof(heap, end) / sizeof(word),
    offsetof(heap, top) / sizeof(word),
    offsetof(heap, peak) / sizeof(word),
    offsetof(heap, grows) / sizeof(word),
    offsetof(heap, fault) / sizeof(word),
    offsetof(heap, map) / sizeof(word),
    offsetof(heap, quick) / sizeof(word),
    offsetof(heap, bins) / sizeof(word),
    SUB_BITS,
    PREV_FREE,
    CACHED,
    FREE,
    TAIL,
    LONG_CHUNK >> 12,
};

INLINE word address(const void *pointer) { return (word)(uintptr_t)pointer; }
INLINE void *pointer(word address) { return (void *)(uintptr_t)address; }
INLINE chunk *after(const void *c, word bytes) { return pointer(address(c) + bytes); }
INLINE chunk *before(const void *c, word bytes) { return pointer(address(c) - bytes); }

INLINE heap *root(void) { return pointer(known_root()); }
INLINE chunk *first_chunk(heap *h) { return after(h, ((sizeof(heap) + 7) & ~7u) + 4); }

INLINE word size_of(word state) { return state & ~(word)FLAGS; }
// Cached or free? One addition turns either flag, but not both or none, into FREE.
INLINE bool vacant(word state) { return (state + CACHED) & FREE; }
INLINE word *footer(chunk *c, word size) { return (word *)after(c, size - FOOTER); }
INLINE word room(word size) { return size - (size < LONG_CHUNK ? HEADER : HEADER + FOOTER); }

// The size of a chunk whose payload has room for so many bytes. The short form is for those far from long.
INLINE word short_size(word bytes) {
  word size = (bytes + HEADER + 7) & ~7u;
  return size < MIN_CHUNK ? MIN_CHUNK : size;
}

OUTLINE word chunk_size(word bytes) {
  word size = short_size(bytes);
  if (size >= LONG_CHUNK) size = (bytes + HEADER + FOOTER + 7) & ~7u;
  return size;
}

// ---- Headers ----

INLINE word decode(heap *h, const chunk *c) { return (c->header - (address(c) - address(h))) * INVERSE; }
OUTLINE void encode(chunk *c, word state) {
  heap *h = root();
  c->header = state * CODE + (address(c) - address(h));
  if (state >= LONG_CHUNK) *footer(c, size_of(state)) = size_of(state);
}

// A chunk becomes part of the one before it. Its header stays, says FREE, and tells who frees it again that it is free.
INLINE void bury(heap *h, chunk *c) { c->header = FREE * CODE + (address(c) - address(h)); }

// Is this payload divisible by 8 and between root and end? The rotation makes three low bits of an offset high ones.
INLINE bool inside(heap *h, word payload) {
  word offset = payload - address(h);
  return readable(h) && (offset >> 3 | offset << 29) < h->extent;
}

OUTLINE _Noreturn void misuse(fault what, const chunk *c) {
  heap *h = pointer(HEAP_BASE);
  h->fault = what;
  h->fault_at = address(c) + HEADER;
  stop();
}

// The state of what may be a chunk, or 0 if it is none.
OUTLINE word inspect(chunk *c) {
  heap *h = root();
  if (!inside(h, address(c) + HEADER)) return 0;
  word state = decode(h, c), size = size_of(state);
  if (state >= LONG_CHUNK && (size > h->end - address(c) || *footer(c, size) != size)) return 0;
  return state;
}

// ---- Bins: rings of free chunks ----
//
// A link is the address it leads to, turned over and mixed with the address of the chunk that it is in. So both
// links between two chunks are the same word, and 0 or all ones lead nowhere.

INLINE word tie(const void *a, const void *b) { return ~(address(a) ^ address(b)); }

INLINE chunk *follow(heap *h, chunk *c, word link) {
  word to = ~link ^ address(c);
  if (rare(!inside(h, to + HEADER))) misuse(BAD_LINK, c);
  return pointer(to);
}

INLINE word bin_of(word size) {
  word log = 31 - (word)__builtin_clz(size | 8 << SUB_BITS);
  word bin = ((log - SUB_BITS - 3) << SUB_BITS) + (size >> (log - SUB_BITS));
  return bin < BINS ? bin : BINS - 1;
}

// A bin's two links, seen as those of a chunk.
INLINE chunk *bin_head(heap *h, word bin) { return before(&h->bins[bin], HEADER); }

OUTLINE void give(chunk *c, word size) {
  heap *h = root();
  c->header = (size | FREE) * CODE + (address(c) - address(h));
  *footer(c, size) = size;
  word bin = bin_of(size);
  chunk *head = bin_head(h, bin);
  uint64_t bit = 1ull << bin;
  if (!(h->map & bit)) {
    h->map |= bit;
    head->next = head->prev = tie(head, head);
  }
  chunk *first = pointer(~head->next ^ address(head));
  c->next = first->prev = tie(c, first);
  c->prev = head->next = tie(c, head);
}

// Takes a free chunk, whose state this is, out of its bin. Returns its size.
OUTLINE word take(chunk *c, word state) {
  heap *h = root();
  if ((state & WALL) == FREE) {
    chunk *next = follow(h, c, c->next), *prev = follow(h, c, c->prev);
    if (next->prev == c->next && prev->next == c->prev) {
      next->prev = prev->next = tie(prev, next);
      return size_of(state);
    }
  }
  misuse(BAD_LINK, c);
}

// Takes a free chunk of at least this size out of its bin and sets `have` to its size. No more than `looks` chunks of
// each bin are looked at. Chunks of the first bin may be too small; in any later one but the last all are large enough.
INLINE chunk *fit(heap *h, word size, word looks, word *have) {
  for (uint64_t bits = h->map & (~0ull << bin_of(size)); bits; bits &= bits - 1) {
    chunk *head = bin_head(h, (word)__builtin_ctzll(bits)), *c = head;
    for (word left = looks; left && (c = follow(h, c, c->next)) != head; left--) {
      word state = inspect(c);
      // The subtractions send a damaged header, whose state is 0, on to where it is found out.
      if (state - 1 >= size - 1) {
        *have = take(c, state);
        return c;
      }
    }
    if (head->next == ~0u) h->map -= bits & -bits;
  }
  return 0;
}

// ---- Merging and sweeping ----

OUTLINE void set_top(chunk *top) {
  heap *h = root();
  h->top = top;
  if (address(top) > h->peak) h->peak = address(top);
  encode(top, FREE);
}

OUTLINE void set_end(heap *h, word end) {
  h->end = end;
  h->extent = ((end - address(h)) >> 3) + 1;
}

// A chunk in use becomes free, together with its free neighbours.
OUTLINE void release(chunk *c, word state) {
  heap *h = root();
  word size = size_of(state);
  chunk *next = after(c, size);
  word ahead = inspect(next);
  if (rare(!ahead)) misuse(OVERRUN, c);
  if (state & PREV_FREE) {
    word bytes = before(c, FOOTER)->header;
    chunk *prev = before(c, bytes);
    if (rare(take(prev, inspect(prev)) != bytes)) misuse(OVERRUN, prev);
    bury(h, c);
    c = prev;
    size += bytes;
  }
  if (next == h->top) {
    set_top(c);
    return;
  }
  if ((ahead & WALL) == FREE) {
    size += take(next, ahead);
  } else {
    next->header += PREV_FREE * CODE;
  }
  give(c, size);
}

// Empties all lists and bins and fills the bins anew. Every header of the heap is decoded on the way.
INLINE void sweep(heap *h) {
  clear(&h->frees, offsetof(heap, bins) - offsetof(heap, frees));
  chunk *c = first_chunk(h), *run = 0;
  for (;;) {
    word state = inspect(c);
    if (rare(!state)) misuse(OVERRUN, c);
    h->chunks++;
    if (vacant(state)) {
      if (run)
        bury(h, c);
      else
        run = c;
      if (c == h->top) break;
    } else {
      c->header += ((run != 0) - (state & PREV_FREE)) * CODE;
      if (run) give(run, address(c) - address(run));
      run = 0;
      if (state & FREE) {
        c = pointer(c->next);
        continue;
      }
    }
    c = after(c, size_of(state));
  }
  set_top(run);
}

// ---- More memory ----

// Lets the top have room for a chunk of this size. If others have grown the memory in between, the top moves to the
// new pages, and what is left of it becomes a free chunk with a wall behind it.
INLINE bool grow(heap *h, word size) {
  word have = memory_pages() * PAGE == h->end ? h->end - address(h->top) : 0;
  word pages = (size + TAIL + HEADER - have + PAGE - 1) / PAGE;
  word extra = h->extent / (PAGE / 8 * GROWTH_SHARE);
  word from;
  while ((from = memory_grow(pages + extra)) == (word)-1) {
    if (!extra) return false;
    extra = 0;
  }
  h->grows++;
  word end = h->end;
  set_end(h, (from + pages + extra) * PAGE);
  from *= PAGE;
  if (from != end) {
    word left = end - TAIL - address(h->top);
    if (left < MIN_CHUNK) left = 0;
    chunk *wall = after(h->top, left);
    encode(wall, WALL);
    if (left) release(h->top, left);
    wall->next = from + 4;
    set_top(pointer(from + 4));
  }
  return true;
}

// The first call. The root and the first top must fit into the memory.
INLINE heap *begin(void) {
  heap *h = pointer(HEAP_BASE);
  word end = memory_pages() * PAGE;
  if (address(first_chunk(h)) + TAIL - 1 > end - 1) {
    if (memory_grow(1) == (word)-1) return 0;
    end += PAGE;
  }
  know_root(address(h));
  set_end(h, end);
  set_top(first_chunk(h));
  return h;
}

// The payload of a chunk in use of at least this size. Its header says how large it is, and that the chunk before is
// not free.
OUTLINE void *obtain(word size) {
  heap *h = root();
  if (!h && !(h = begin())) return 0;
  chunk *c;
  word looks = 1;
  for (;;) {
    word have;
    if ((c = fit(h, size, looks, &have))) {
      chunk *rest = after(c, size);
      word left = have - size;
      if (left >= MIN_CHUNK) {
        give(rest, left);
      } else {
        size = have;
        after(c, have)->header -= PREV_FREE * CODE;
      }
      break;
    }
    c = h->top;
    if (h->end - address(c) - TAIL >= size) {
      set_top(after(c, size));
      break;
    }
    if (h->frees > h->chunks >> SWEEP_SHARE || !grow(h, size)) {
      if (h->frees)
        sweep(h);
      else if (looks == 1)
        looks = ~0u;
      else
        return 0;
    }
  }
  encode(c, size);
  return after(c, HEADER);
}

// ---- What the functions below share ----

INLINE void *allocate(word bytes) { return bytes > LARGEST ? 0 : obtain(chunk_size(bytes)); }

// The state of a pointer's chunk. It is in use, and its header is whole.
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
    state += left;
    left = 0;
  }
  encode(c, state);
  if (left) release(after(c, size_of(state)), left);
}

// ---- The functions ----

void *EXPORT(malloc)(size_t bytes) {
  if (bytes <= QUICK_END - 8 - HEADER) {
    heap *h = root();
    word size = short_size((word)bytes);
    chunk *c = h ? pointer(h->quick[size >> 3]) : 0;
    if (c) {
      if (rare(!inside(h, address(c) + HEADER) || (decode(h, c) & ~(word)PREV_FREE) != (size | CACHED)))
        misuse(BAD_LINK, c);
      h->quick[size >> 3] = ~c->next ^ address(c);
      c->header -= CACHED * CODE;
      return after(c, HEADER);
    }
  }
  return allocate((word)bytes);
}

void EXPORT(free)(void *payload) {
  heap *h = root();
  chunk *c = before(payload, HEADER);
  if (inside(h, address(payload))) {
    word state = decode(h, c), size = size_of(state);
    // In use and below 1 KiB?
    if (!(state & ~(word)((QUICK_END - 8) | PREV_FREE))) {
      chunk *next = after(c, size);
      if (rare(decode(h, next) >= LONG_CHUNK) && !inspect(next)) misuse(OVERRUN, c);
      word *list = &h->quick[size >> 3];
      c->next = tie(pointer(*list), c);
      *list = address(c);
      c->header += CACHED * CODE;
      h->frees++;
      return;
    }
  }
  if (payload) release(c, checked(payload));
}

void *EXPORT(calloc)(size_t count, size_t each) {
  uint64_t bytes = (uint64_t)count * each;
  if (bytes >> 32) return 0;
  void *payload = EXPORT(malloc)((size_t)bytes);
  if (payload) clear(payload, (size_t)bytes);
  return payload;
}

void *EXPORT(realloc)(void *payload, size_t bytes) {
  if (!payload) return EXPORT(malloc)(bytes);
  heap *h = root();
  chunk *c = before(payload, HEADER);
  word size = chunk_size((word)bytes), state = checked(payload), have = size_of(state);
  if (bytes > LARGEST) return 0;
  if (size > have) {
    chunk *next = after(c, have);
    word ahead = inspect(next);
    if (rare(!ahead)) misuse(OVERRUN, c);
    if (next == h->top) {
      if (h->end - address(c) - TAIL >= size) {
        set_top(after(c, size));
        have = size;
      }
    } else if ((ahead & WALL) == FREE && have + size_of(ahead) >= size) {
      have += take(next, ahead);
      after(c, have)->header -= PREV_FREE * CODE;
    }
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
