import { polygon } from '../polygon.js';

/** @type {import('./index.js').Mark} */
export const triangle = {
  sign: '▲',
  draw(ctx, { x, y, size }) {
    polygon(ctx, { x, y }, [
      [0, -size],
      [size, 0.8 * size],
      [-size, 0.8 * size],
    ]);
    ctx.fill();
  },
};
