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
  PREV_FREE = 1,
  CACHED = 2,
  FREE = 4,
  NO_CHUNK = CACHED | FREE,
  FLAGS = 7,
  HEADER = 4,
  MIN_CHUNK = 16,
  QUICK_END = 1024,
  LONG_CHUNK = 1 << 16,
  SUB_BITS = 4,
  LINEAR_END = 8 << SUB_BITS,
  BINS = (32 - 2 - SUB_BITS) << SUB_BITS,
};

#define CODE    0xa04fc987u
#define INVERSE 0xea23ac37u
_Static_assert((word)(CODE *INVERSE) == 1, "INVERSE undoes CODE");

typedef enum fault {
  DOUBLE_FREE = 'D',
  BAD_POINTER = 'P',
  OVERRUN = 'O',
  BAD_LINK = 'L',
} fault;

typedef struct chunk {
  word header;
  word next;
  word prev;
} chunk;

typedef struct heap {
  word seed;
  word extent;
  chunk *top;
  word end;
  chunk *victim;
  word fault;
  void *fault_at;
  word grows;
  word peak;
  word segment;
  word summary;
  word map[(BINS + 31) / 32];
  word quick[QUICK_END / 8];
  struct {
    word next, prev;
  } bins[BINS];
} heap;

INLINE word address(const void *pointer) { return (word)(uintptr_t)pointer; }
INLINE void *pointer(word address) { return (void *)(uintptr_t)address; }
INLINE chunk *after(const void *c, word bytes) { return pointer(address(c) + bytes); }
INLINE chunk *before(const void *c, word bytes) { return pointer(address(c) - bytes); }
INLINE heap *root(void) { return pointer((HEAP_BASE + 7) & ~7u); }
INLINE word size_of(word state) { return state & ~(word)FLAGS; }
INLINE word *last_word(chunk *c, word size) { return (word *)after(c, size - 4); }

INLINE word decode(heap *h, chunk *c) { return (c->header - address(c) - h->seed) * INVERSE; }
INLINE void encode(heap *h, chunk *c, word state) { c->header = state * CODE + address(c) + h->seed; }
INLINE word link_code(word link, const chunk *c) { return ~(link ^ address(c)); }

INLINE bool inside(heap *h, word payload) {
  word offset = payload - address(h);
  return (offset >> 3 | offset << 29) < h->extent;
}

OUTLINE _Noreturn void misuse(heap *h, fault what, const void *where) {
  h->fault = what;
  h->fault_at = (void *)where;
  stop();
}

OUTLINE word inspect(heap *h, chunk *c) {
  if (!inside(h, address(c) + HEADER)) return c == h->top ? (word)FREE : 0;
  word state = decode(h, c);
  if (state >= LONG_CHUNK) {
    word size = size_of(state);
    if (size > h->end - address(c) || *last_word(c, size) != size) return 0;
  }
  return state;
}

INLINE word bin_of(word size) {
  if (size < LINEAR_END) return size >> 3;
  word log = 31 - (word)__builtin_clz(size);
  return ((log - SUB_BITS - 3) << SUB_BITS) + (size >> (log - SUB_BITS));
}

INLINE chunk *bin_node(heap *h, word bin) { return before(&h->bins[bin], HEADER); }

INLINE chunk *linked(heap *h, chunk *c, word link) {
  link = link_code(link, c);
  if (rare(!inside(h, link + HEADER))) misuse(h, BAD_LINK, after(c, HEADER));
  return pointer(link);
}

OUTLINE void insert(heap *h, chunk *c, word size) {
  encode(h, c, size | FREE);
  *last_word(c, size) = size;
  word bin = bin_of(size);
  chunk *head = bin_node(h, bin), *first = head;
  word bit = 1u << (bin & 31), *map = &h->map[bin >> 5];
  if (*map & bit) {
    first = linked(h, head, head->next);
  } else {
    *map |= bit;
    h->summary |= 1u << (bin >> 5);
  }
  c->next = link_code(address(first), c);
  c->prev = link_code(address(head), c);
  first->prev = link_code(address(c), first);
  head->next = link_code(address(c), head);
}

OUTLINE void unlink_chunk(heap *h, chunk *c, word size) {
  if (c == h->victim) {
    h->victim = 0;
    return;
  }
  chunk *next = linked(h, c, c->next), *prev = linked(h, c, c->prev);
  if (rare(link_code(next->prev, next) != address(c) || link_code(prev->next, prev) != address(c)))
    misuse(h, BAD_LINK, after(c, HEADER));
  next->prev = link_code(address(prev), next);
  prev->next = link_code(address(next), prev);
  if (next == prev) {
    word bin = bin_of(size);
    chunk *head = bin_node(h, bin);
    if (next == head && !(h->map[bin >> 5] &= ~(1u << (bin & 31)))) h->summary &= ~(1u << (bin >> 5));
  }
}

INLINE void occupy(heap *h, chunk *c, word state) {
  encode(h, c, state);
  if (state >= LONG_CHUNK) *last_word(c, size_of(state)) = size_of(state);
}

OUTLINE void release(heap *h, chunk *c, word size, word prev_free) {
  chunk *next = after(c, size);
  word state = inspect(h, next);
  if (rare(!state)) misuse(h, OVERRUN, after(c, HEADER));
  if (prev_free) {
    word bytes = before(c, 4)->header;
    chunk *prev = before(c, bytes);
    if (rare(inspect(h, prev) != (bytes | FREE))) misuse(h, OVERRUN, after(c, HEADER));
    unlink_chunk(h, prev, bytes);
    encode(h, c, NO_CHUNK);
    c = prev;
    size += bytes;
  }
  if (next == h->top) {
    encode(h, next, NO_CHUNK);
    h->top = c;
    encode(h, c, FREE);
    return;
  }
  if ((state & NO_CHUNK) == FREE) {
    unlink_chunk(h, next, size_of(state));
    encode(h, next, NO_CHUNK);
    size += size_of(state);
  } else {
    next->header += PREV_FREE * CODE;
  }
  insert(h, c, size);
}

INLINE void cache(heap *h, chunk *c, word size) {
  word *list = &h->quick[size >> 3];
  c->next = link_code(*list, c);
  *list = address(c);
  c->header += CACHED * CODE;
}

OUTLINE chunk *uncache(heap *h, word size) {
  word *list = &h->quick[size >> 3];
  chunk *c = pointer(*list);
  if (!c) return 0;
  if (!inside(h, *list + HEADER) || (decode(h, c) & ~(word)PREV_FREE) != (size | CACHED))
    misuse(h, BAD_LINK, after(c, HEADER));
  *list = link_code(c->next, c);
  c->header -= CACHED * CODE;
  return c;
}

static bool consolidate(heap *h) {
  bool any = false;
  for (word size = MIN_CHUNK; size < QUICK_END; size += 8) {
    chunk *c;
    while ((c = uncache(h, size))) {
      release(h, c, size, decode(h, c) & PREV_FREE);
      any = true;
    }
  }
  if (h->victim) {
    chunk *c = h->victim;
    h->victim = 0;
    insert(h, c, size_of(decode(h, c)));
    any = true;
  }
  return any;
}

INLINE void set_end(heap *h, word end) {
  h->end = end;
  h->extent = (end - address(h)) >> 3;
}

INLINE void start(heap *h, chunk *top, word end) {
  h->top = top;
  set_end(h, end);
  encode(h, top, FREE);
}

static bool grow(heap *h, word size) {
  word end = memory_pages() * PAGE;
  word have = end == h->end ? end - address(h->top) : 0;
  word pages = (size + 2 * HEADER - have + PAGE - 1) / PAGE;
  word extra = h->extent / (PAGE / 8 * 32);
  word from = memory_grow(pages + extra);
  if (from == (word)-1) {
    extra = 0;
    from = memory_grow(pages);
    if (from == (word)-1) return false;
  }
  h->grows++;
  from *= PAGE;
  end = from + (pages + extra) * PAGE;
  if (from != h->end) {
    word *seam = pointer(from);
    word left = h->end - address(h->top) - HEADER;
    chunk *old = h->top;
    encode(h, after(old, left), NO_CHUNK | (left >= MIN_CHUNK ? PREV_FREE : 0));
    if (left == 8) encode(h, old, NO_CHUNK);
    if (left >= MIN_CHUNK) insert(h, old, left);
    *seam = h->segment;
    h->segment = from;
    start(h, after(seam, 4), end);
    return size + 2 * HEADER <= end - from;
  }
  set_end(h, end);
  return true;
}

INLINE chunk *fit(heap *h, word size) {
  word bin = bin_of(size);
  word bits = h->map[bin >> 5] >> (bin & 31);
  if (bits & 1) {
    chunk *head = bin_node(h, bin), *c = linked(h, head, head->next);
    if (size_of(decode(h, c)) >= size) return c;
  }
  bits &= ~1u;
  if (bits) {
    bin += (word)__builtin_ctz(bits);
  } else {
    bits = h->summary & (~1u << (bin >> 5));
    if (!bits) return 0;
    word index = (word)__builtin_ctz(bits);
    bin = index * 32 + (word)__builtin_ctz(h->map[index]);
  }
  chunk *head = bin_node(h, bin);
  return linked(h, head, head->next);
}

INLINE chunk *carve(heap *h, word size) {
  for (;;) {
    chunk *c = h->victim;
    if (!(size < QUICK_END && c && size_of(decode(h, c)) >= size)) c = fit(h, size);
    if (c) {
      word state = inspect(h, c);
      if ((state & FLAGS) != FREE) misuse(h, BAD_LINK, after(c, HEADER));
      word have = size_of(state);
      unlink_chunk(h, c, have);
      if (have - size >= MIN_CHUNK) {
        chunk *rest = after(c, size);
        have -= size;
        if (size < QUICK_END) {
          chunk *old = h->victim;
          if (old) insert(h, old, size_of(decode(h, old)));
          h->victim = rest;
          encode(h, rest, have | FREE);
          *last_word(rest, have) = have;
        } else {
          insert(h, rest, have);
        }
      } else {
        size = have;
        after(c, size)->header -= PREV_FREE * CODE;
      }
      occupy(h, c, size);
      return c;
    }
    if (h->end - address(h->top) - HEADER >= size) {
      c = h->top;
      h->top = after(c, size);
      if (address(h->top) > h->peak) h->peak = address(h->top);
      encode(h, h->top, FREE);
      occupy(h, c, size);
      return c;
    }
    if (!consolidate(h) && !grow(h, size)) return 0;
  }
}

INLINE word chunk_size(word bytes) {
  word size = (bytes + HEADER + 7) & ~7u;
  if (size < MIN_CHUNK) size = MIN_CHUNK;
  if (size >= LONG_CHUNK) size = (bytes + HEADER + 4 + 7) & ~7u;
  return size;
}

OUTLINE void *allocate(word bytes) {
  heap *h = root();
  if (bytes > PTRDIFF_MAX - MIN_CHUNK) return 0;
  if (!h->extent) {
    word first = address(h) + sizeof(heap) + 4;
    start(h, pointer(((first + 7) & ~7u) - 4), memory_pages() * PAGE);
  }
  word size = chunk_size(bytes);
  chunk *c = size < QUICK_END ? uncache(h, size) : 0;
  if (!c) c = carve(h, size);
  return c ? after(c, HEADER) : 0;
}

OUTLINE chunk *checked(heap *h, void *payload, word *state) {
  chunk *c = before(payload, HEADER);
  word s = inspect(h, c);
  if (rare(s & NO_CHUNK))
    misuse(h, s < LONG_CHUNK || (s & NO_CHUNK) == FREE ? DOUBLE_FREE : BAD_POINTER, payload);
  if (rare(!s)) misuse(h, BAD_POINTER, payload);
  *state = s;
  return c;
}

OUTLINE void deallocate(void *payload) {
  if (!payload) return;
  heap *h = root();
  word state;
  chunk *c = checked(h, payload, &state);
  word size = size_of(state);
  if (size < QUICK_END) {
    if (!inspect(h, after(c, size))) misuse(h, OVERRUN, payload);
    cache(h, c, size);
  } else {
    release(h, c, size, state & PREV_FREE);
  }
}

void *EXPORT(malloc)(size_t bytes) {
  if (bytes < QUICK_END - HEADER - 7) {
    heap *h = root();
    word size = chunk_size((word)bytes);
    word *list = &h->quick[size >> 3];
    chunk *c = pointer(*list);
    if (c && inside(h, address(c) + HEADER) && (decode(h, c) & ~(word)PREV_FREE) == (size | CACHED)) {
      *list = link_code(c->next, c);
      c->header -= CACHED * CODE;
      return after(c, HEADER);
    }
  }
  return allocate((word)bytes);
}

void EXPORT(free)(void *payload) {
  heap *h = root();
  if (inside(h, address(payload))) {
    chunk *c = before(payload, HEADER);
    word state = decode(h, c);
    if (!(state & ~(word)((QUICK_END - 8) | PREV_FREE))) {
      word size = size_of(state);
      if (decode(h, after(c, size)) < LONG_CHUNK) {
        cache(h, c, size);
        return;
      }
    }
  }
  deallocate(payload);
}

void *EXPORT(calloc)(size_t count, size_t each) {
  uint64_t bytes = (uint64_t)count * each;
  if (bytes >> 32) return 0;
  void *payload = EXPORT(malloc)((size_t)bytes);
  if (payload) clear(payload, (size_t)bytes);
  return payload;
}

static void trim(heap *h, chunk *c, word have, word size, word prev_free) {
  if (have - size < MIN_CHUNK) size = have;
  occupy(h, c, size | prev_free);
  if (have != size) {
    encode(h, after(c, size), have - size);
    release(h, after(c, size), have - size, 0);
  }
}

INLINE word room(word size) { return size - HEADER - (size >= LONG_CHUNK ? 4 : 0); }

void *EXPORT(realloc)(void *payload, size_t bytes) {
  if (!payload) return EXPORT(malloc)(bytes);
  heap *h = root();
  word state;
  chunk *c = checked(h, payload, &state);
  if (bytes > PTRDIFF_MAX - MIN_CHUNK) return 0;
  word size = chunk_size((word)bytes), have = size_of(state), flag = state & PREV_FREE;
  chunk *next = after(c, have);
  word ahead = inspect(h, next);
  if (!ahead) misuse(h, OVERRUN, payload);
  if (size > have) {
    if (next == h->top) {
      if (h->end - address(next) - HEADER >= size - have) {
        encode(h, next, NO_CHUNK);
        h->top = after(c, size);
        if (address(h->top) > h->peak) h->peak = address(h->top);
        encode(h, h->top, FREE);
        occupy(h, c, size | flag);
        return payload;
      }
    } else if ((ahead & NO_CHUNK) == FREE && have + size_of(ahead) >= size) {
      unlink_chunk(h, next, size_of(ahead));
      encode(h, next, NO_CHUNK);
      have += size_of(ahead);
      after(c, have)->header -= PREV_FREE * CODE;
    }
  }
  if (size <= have) {
    trim(h, c, have, size, flag);
    return payload;
  }
  void *moved = EXPORT(malloc)(bytes);
  if (moved) {
    copy(moved, payload, room(have));
    EXPORT(free)(payload);
  }
  return moved;
}

void *EXPORT(aligned_alloc)(size_t alignment, size_t bytes) {
  if (!alignment || alignment & (alignment - 1)) return 0;
  if (alignment <= 8) return EXPORT(malloc)(bytes);
  if (bytes > PTRDIFF_MAX - MIN_CHUNK || alignment > PTRDIFF_MAX - MIN_CHUNK - bytes - MIN_CHUNK) return 0;
  heap *h = root();
  char *payload = allocate((word)(bytes + alignment + MIN_CHUNK));
  if (!payload) return 0;
  chunk *c = before(payload, HEADER);
  word state = decode(h, c), have = size_of(state), flag = state & PREV_FREE;
  word mask = (word)alignment - 1;
  if (address(payload) & mask) {
    word lead = ((address(payload) + MIN_CHUNK + mask) & ~mask) - address(payload);
    chunk *start = c;
    c = after(c, lead);
    have -= lead;
    occupy(h, c, have);
    release(h, start, lead, flag);
    flag = PREV_FREE;
  }
  trim(h, c, have, chunk_size((word)bytes), flag);
  return after(c, HEADER);
}

int EXPORT(posix_memalign)(void **out, size_t alignment, size_t bytes) {
  if (alignment < sizeof(void *) || alignment & (alignment - 1)) return EINVAL;
  void *payload = EXPORT(aligned_alloc)(alignment, bytes);
  if (!payload) return ENOMEM;
  *out = payload;
  return 0;
}

size_t EXPORT(malloc_usable_size)(void *payload) {
  if (!payload) return 0;
  word state;
  checked(root(), payload, &state);
  return room(size_of(state));
}
