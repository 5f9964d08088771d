/** A ring, filled with the colour of the paper. */

/** @type {import('./mark.js').Mark} */
export const ring = {
  sign: '○',
  draw(ctx, { x, y, size, paper }) {
    ctx.arc(x, y, size, 0, 2 * Math.PI);
    ctx.fillStyle = paper;
    ctx.fill();
    ctx.stroke();
  },
};
