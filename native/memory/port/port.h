// What the allocator asks of the machine below it. In WebAssembly these are instructions, one symbol of the linker, a
// global and a custom section. A host test defines HEAP_HOST and supplies its own.
#pragma once

#ifdef HEAP_HOST
#include "host.h"
// A test may begin anew with another heap at any time, so nothing is remembered here: the root tells whether it is one.
#define known_root()                                                                                       \
  (machine.heap_base + HEADER + sizeof(heap) <= (uint64_t)memory_pages() * PAGE && place_of_root()->extent \
       ? address(place_of_root())                                                                          \
       : 0)
#define know_root(where) ((void)(where))
#define readable(root)   ((root) != 0)

#define custom_section(name, content) _Static_assert(1, name)
#else

#define PAGE                          65536u
#define EXPORT(name)                  name
#define heap_start()                  (__heap_base)
#define memory_pages()                ((word)__builtin_wasm_memory_size(0))
#define memory_grow(pages)            ((word)__builtin_wasm_memory_grow(0, (pages)))
#define copy(to, from, bytes)         __builtin_memcpy((to), (from), (bytes))
#define clear(to, bytes)              __builtin_memset((to), 0, (bytes))
#define stop()                        __builtin_trap()
// Before the first block the root is at 0. Address 4, where its extent would be, is nobody's and holds 0, so no pointer
// is inside the heap.
#define readable(root)                1

extern char __heap_base[];

// A section of the module that no code of it sees. Its content is made of INT8 and INT32, which take macros, too.
#define custom_section(name, content) __asm__(".section .custom_section." name ",\"\",@" content)
#define INT8(value)                   "\n.int8 " TEXT(value)
#define INT32(value)                  "\n.int32 " TEXT(value)
#define TEXT(value)                   TEXT_AS_IT_IS(value)
#define TEXT_AS_IT_IS(value)          #value

// Where the heap's root is, once it is there, else 0. It is the one thing kept outside the memory: a global of this
// instance, which is reached faster than a symbol that the linker resolves.
__asm__(".globaltype heap_root, i32\nheap_root:\n");

// Volatile: the compiler may not take what it read before the first block for what it would read after.
static inline word known_root(void) {
  word root;
  __asm__ volatile("global.get heap_root\n\tlocal.set %0" : "=r"(root));
  return root;
}

static inline void know_root(word root) {
  __asm__ volatile("local.get %0\n\tglobal.set heap_root" : : "r"(root));
}

#endif
