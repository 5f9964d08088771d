// The four things the allocator asks of the machine below it. In WebAssembly they are instructions and one
// linker symbol. A host test defines HEAP_HOST and supplies its own.
#pragma once

#ifdef HEAP_HOST
#include "host.h"
#else

#define PAGE                   65536u
#define EXPORT(name)           name
#define HEAP_BASE              ((word)__heap_base)
#define memory_pages()         ((word)__builtin_wasm_memory_size(0))
#define memory_grow(pages)     ((word)__builtin_wasm_memory_grow(0, (pages)))
#define copy(to, from, bytes)  __builtin_memcpy((to), (from), (bytes))
#define slide(to, from, bytes) __builtin_memmove((to), (from), (bytes))
#define clear(to, bytes)       __builtin_memset((to), 0, (bytes))
#define stop()                 __builtin_trap()

extern char __heap_base[];

#endif
