// The allocator's functions: five of C's <stdlib.h>, POSIX's posix_memalign, and malloc_usable_size. memory.c
// implements them.
//
// For all of them it holds:
//   Ownership  A block is what malloc(), calloc(), realloc() or aligned_alloc() returned, if that was not
//              NULL, or what posix_memalign() stored. Its bytes are the caller's until free() takes the block
//              back or realloc() moves it. What is in them at first is undefined, except that calloc() clears
//              them and realloc() keeps the old ones.
//   Alignment  A block's address is a multiple of 8, and of the alignment that was asked for. A block that
//              realloc() has moved is at a multiple of 8 only. In Emscripten's C 8 serves each type but
//              vectors of 16 bytes; these need aligned_alloc(16, bytes).
//   Size       Any size may be asked for, 0 too. There is never room for more than PTRDIFF_MAX bytes, 2 GiB
//              less one. malloc() has room for 15 bytes less than that, at most.
//   No room    The result is NULL, of posix_memalign() ENOMEM. Nothing has changed: no block, and no byte in
//              one. errno is not set.
//   Misuse     Only a block, or NULL, may be handed in. A misuse that is found stops the program: what it
//              was, and where, is recorded in the heap; then the call traps. README.md lists what is found
//              and what is not.
//   Threads    One at a time may call any of these.
#pragma once

#include <stddef.h>

// Returns a block of at least `bytes` bytes; malloc(0) returns a block, too.
void *malloc(size_t bytes);

// Takes a block back. Nobody may read or write its bytes from then on. free(NULL) does nothing.
void free(void *block);

// Returns a block of `count` times `each` bytes, all zero. There is no room for a product above SIZE_MAX.
void *calloc(size_t count, size_t each);

// Makes a block larger or smaller, and returns where it is from now on. It stays where it is if it fits
// there. Else its content moves to a new block and the old one is freed. The bytes that both sizes have are
// kept. Where there is no room for a new block beside the old one, the result is NULL and the old block stays
// the caller's. realloc(NULL, bytes) is malloc(bytes). realloc(block, 0) does what realloc(block, 1) does.
void *realloc(void *block, size_t bytes);

// Returns a block at a multiple of `alignment`, which may be any power of two; for any other number, NULL.
// `bytes` need not be a multiple of it. There has to be room for `alignment` and 16 bytes more than `bytes`,
// in one piece.
void *aligned_alloc(size_t alignment, size_t bytes);

// Does the same, but stores the block's address in *out and returns 0. Returns EINVAL if `alignment` is no
// power of two or less than sizeof(void *). Returns ENOMEM if there is no room. *out stays as it was then.
int posix_memalign(void **out, size_t alignment, size_t bytes);

// Returns how many bytes of a block may be used: as many as were asked for, or a few more. Returns 0 for
// NULL.
size_t malloc_usable_size(void *block);
