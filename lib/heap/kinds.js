/** The kinds of chunks that a walk tells apart, and their names. native/memory/memory.c defines the terms. */

export const IN_USE = 0;
export const FREE = 1;
export const CACHED = 2;
/** The free chunk at the end of the heap, where the memory grows. */
export const TOP = 3;
/** The end of the heap, or of one part of it where the pages behind are not the heap's. */
export const WALL = 4;
/** The chunk off which small chunks are cut. */
export const CUT = 5;

/** By kind. */
export const KIND_NAMES = /** @type {const} */ (['in use', 'free', 'cached', 'top', 'wall', 'cut']);
