/** A cross of two thick lines. */

/** @type {import('./mark.js').Mark} */
export const cross = {
  sign: '✚',
  draw(ctx, { x, y, size }) {
    ctx.lineWidth *= 2;
    ctx.moveTo(x - size, y);
    ctx.lineTo(x + size, y);
    ctx.moveTo(x, y - size);
    ctx.lineTo(x, y + size);
    ctx.stroke();
  },
};
