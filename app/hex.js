/** Addresses and bytes as text, in hexadecimal. */

/** @param {number} address unsigned */
export function formatAddress(address) {
  return `0x${address.toString(16).padStart(5, '0')}`;
}

/** @param {number} byte @returns {string} its two hexadecimal digits */
export function formatByte(byte) {
  return byte.toString(16).padStart(2, '0');
}
