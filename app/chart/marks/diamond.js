import { polygon } from '../polygon.js';

/** @type {import('./index.js').Mark} */
export const diamond = {
  sign: '◆',
  draw(ctx, { x, y, size }) {
    polygon(ctx, { x, y }, [
      [0, -1.2 * size],
      [size, 0],
      [0, 1.2 * size],
      [-size, 0],
    ]);
    ctx.fill();
  },
};
