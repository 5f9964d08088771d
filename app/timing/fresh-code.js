/** Imports fresh.js anew, so that no engine has seen this copy of it before. */

let imported = 0;

/** @returns {Promise<typeof import('./fresh.js')>} a copy of its own for each call */
export const freshCode = () => import(new URL(`./fresh.js?${++imported}`, import.meta.url).href);
