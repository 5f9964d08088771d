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
