/** A filled square on its corner, a little higher than wide. */
import { polygon } from './mark.js';

/** @type {import('./mark.js').Mark} */
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
