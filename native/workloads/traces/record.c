// Records the calls of malloc, free, calloc and realloc that a program makes: preloaded into it, for glibc.
//
// Every call becomes one event of four words in the file named by HEAP_TRACE. Nothing is allocated while it
// records, and every call goes on to the C library, so the program runs as it would.

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void __libc_free(void *block);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

enum { FREE, MALLOC, CALLOC, REALLOC }; // numbered as in README.md

struct Event {
  uint32_t what;
  uint32_t block; // that is freed or resized
  uint32_t size;
  uint32_t result;
};

static struct Event events[4096];
static unsigned count;
static int file = -1;

static void flush(void) {
  const char *from = (const char *)events;
  size_t left = count * sizeof *events;
  while (file >= 0 && left) {
    ssize_t written = write(file, from, left);
    if (written <= 0) break;
    from += written;
    left -= (size_t)written;
  }
  count = 0;
}

static void note(uint32_t what, void *block, size_t size, void *result) {
  if (file < 0) return;
  events[count++] =
      (struct Event){what, (uint32_t)(uintptr_t)block, (uint32_t)size, (uint32_t)(uintptr_t)result};
  if (count == sizeof events / sizeof *events) flush();
}

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("HEAP_TRACE");
  if (path) file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  unsetenv("LD_PRELOAD");
}

__attribute__((destructor)) static void end(void) { flush(); }

void *malloc(size_t size) {
  void *result = __libc_malloc(size);
  note(MALLOC, 0, size, result);
  return result;
}

void free(void *block) {
  if (block) note(FREE, block, 0, 0);
  __libc_free(block);
}

void *calloc(size_t n, size_t size) {
  void *result = __libc_calloc(n, size);
  note(CALLOC, 0, n * size, result);
  return result;
}

void *realloc(void *block, size_t size) {
  void *result = __libc_realloc(block, size);
  if (block && !size)
    note(FREE, block, 0, 0);
  else
    note(block ? REALLOC : MALLOC, block, size, result);
  return result;
}

void *memalign(size_t alignment, size_t size) {
  void *result = __libc_memalign(alignment, size);
  note(MALLOC, 0, size, result);
  return result;
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **place, size_t alignment, size_t size) {
  *place = memalign(alignment, size);
  return *place ? 0 : 12;
}
