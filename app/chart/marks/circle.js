/** A filled circle. */

/** @type {import('./mark.js').Mark} */
export const circle = {
  sign: '●',
  draw(ctx, { x, y, size }) {
    ctx.arc(x, y, size, 0, 2 * Math.PI);
    ctx.fill();
  },
};
