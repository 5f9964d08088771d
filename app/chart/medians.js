/** What stands in a row of a chart: a mark over its interval, and samples far from the others. */
import { polygon } from './marks/mark.js';

const MARK_SIZE = 5;
const LINE_WIDTH = 1.5;
const DOT_SIZE = 1.5;
const ARROW_SIZE = 4;

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {{ mark: import('./marks/mark.js').Mark, ink: string, paper: string, y: number, low: number, middle:
 *   number, high: number, scale: number }} median positions in pixels of the canvas, of which `scale` make
 *   one of the page
 */
export function drawMedian(ctx, { mark, ink, paper, y, low, middle, high, scale }) {
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.fillStyle = ink;
  ctx.lineWidth = LINE_WIDTH * scale;
  ctx.beginPath();
  ctx.moveTo(low, y);
  ctx.lineTo(high, y);
  ctx.stroke();
  ctx.beginPath();
  mark.draw(ctx, { x: middle, y, size: MARK_SIZE * scale, paper });
  ctx.restore();
}

/**
 * A dot; or, for a sample beyond the axis, an arrowhead at its end.
 *
 * @param {CanvasRenderingContext2D} ctx
 * @param {{ x: number, y: number, scale: number }} place in pixels of the canvas
 * @param {{ left: number, width: number }} axis
 */
export function drawOutlier(ctx, { x, y, scale }, { left, width }) {
  const end = Math.min(Math.max(x, left), left + width);
  ctx.beginPath();
  if (end === x) ctx.arc(x, y, DOT_SIZE * scale, 0, 2 * Math.PI);
  else {
    const size = ARROW_SIZE * scale;
    const back = x > end ? -size : size;
    polygon(ctx, { x: end, y }, [
      [0, 0],
      [back, size],
      [back, -size],
    ]);
  }
  ctx.fill();
}
