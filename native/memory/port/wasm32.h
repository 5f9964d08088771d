// The port to WebAssembly with 32-bit addresses: instructions, one symbol of the linker, one global. See
// port.h.
#pragma once

#include <stdint.h>

typedef uint32_t word;
#define WORD_SIZE 4

#define PAGE                  65536u
#define memory_pages()        ((word)__builtin_wasm_memory_size(0))
#define memory_grow(pages)    ((word)__builtin_wasm_memory_grow(0, (pages)))
#define copy(to, from, bytes) __builtin_memcpy((to), (from), (bytes))
#define clear(to, bytes)      __builtin_memset((to), 0, (bytes))
#define stop()                __builtin_trap()

// Linkers put no data at the lowest addresses, so the word at 4 is zero. README.md says that whoever makes
// the memory has to grant this.
#define NULL_READS_ZERO 1

extern char __heap_base[];
#define heap_start() __heap_base

// The root's address is kept in a global of this instance. A static would need memory, and relocation.
__asm__(".globaltype heap_root, i32\nheap_root:\n");

// Volatile: set_root_address may come between two calls, so the compiler may not keep what it read before.
static inline word root_address(void) {
  word root;
  __asm__ volatile("global.get heap_root\n\tlocal.set %0" : "=r"(root));
  return root;
}

static inline void set_root_address(word root) {
  __asm__ volatile("local.get %0\n\tglobal.set heap_root" : : "r"(root));
}

// The content is text for the assembler, so its numbers have to be macros or literals.
#define custom_section(name, content) __asm__(".section .custom_section." name ",\"\",@" content)
#define INT8(value)                   "\n.int8 " TEXT(value)
#define INT32(value)                  "\n.int32 " TEXT(value)
#define TEXT(value)                   TEXT_AS_IT_IS(value)
#define TEXT_AS_IT_IS(value)          #value
