/** What a mark of a chart is, and how it draws its edges. */

/**
 * @typedef {object} Mark
 * @property {string} sign the same shape as a letter, for the key and for tables
 * @property {(ctx: CanvasRenderingContext2D, place: Place) => void} draw `ctx` has an empty path, the mark's
 *   colour for lines and areas, and the width of lines
 */

/**
 * @typedef {object} Place
 * @property {number} x of its middle, in pixels
 * @property {number} y
 * @property {number} size in pixels, from its middle to its edge
 * @property {string} paper the colour behind it
 */

/**
 * Adds a closed path to a canvas.
 *
 * @param {CanvasRenderingContext2D} ctx
 * @param {{ x: number, y: number }} middle
 * @param {[number, number][]} corners as distances from the middle
 */
export function polygon(ctx, { x, y }, [first, ...others]) {
  ctx.moveTo(x + first[0], y + first[1]);
  for (const [dx, dy] of others) ctx.lineTo(x + dx, y + dy);
  ctx.closePath();
}
