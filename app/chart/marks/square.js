/** A filled square. */

/** @type {import('./mark.js').Mark} */
export const square = {
  sign: '■',
  draw(ctx, { x, y, size }) {
    const half = 0.85 * size;
    ctx.rect(x - half, y - half, 2 * half, 2 * half);
    ctx.fill();
  },
};
