// The machine below the allocator. memory.c includes this first; no port knows anything of memory.c.
//
// A port is one file of this folder, and an #elif with an #include at the end of this one. It supplies:
//
//   word, WORD_SIZE               an address or a size: an unsigned integer of 32 bits, and its length in
//                                 bytes. size_t is as long, and each pointer into the memory fits
//   PAGE                          the unit in which memory grows, in bytes: unsigned, and a multiple of 8
//   heap_start()                  where the heap begins, __heap_base: a char *, and a multiple of 8. Before
//                                 the first block all bytes from there on are zero
//   memory_pages()                how many pages the memory has
//   memory_grow(pages)            adds pages of zeros; returns how many there were, or -1 if it added none
//   root_address()                what set_root_address() kept last, or 0. Each instance of the module has
//                                 its own
//   set_root_address(address)
//   NULL_READS_ZERO               1 if the word at address 4 can be read, and is 0 before the first block;
//                                 else 0
//   copy(to, from, bytes)         as memcpy
//   clear(to, bytes)              fills with zeros
//   stop()                        ends the program and does not return
//   custom_section(name, content) a section of the module; the content is a row of INT8(n) and INT32(n)
#pragma once

#ifdef HEAP_HOST
#include "host.h"
#else
#include "wasm32.h"
#endif
