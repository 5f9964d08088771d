/** A filled triangle, its point upwards. */
import { polygon } from './mark.js';

/** @type {import('./mark.js').Mark} */
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
