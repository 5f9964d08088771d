/** A chart as a picture: its canvas, below lines of text that say what it shows. */

/**
 * @param {HTMLCanvasElement} chart
 * @param {{ lines: string[], paper: string, ink: string }} configuration
 * @returns {Promise<Blob>}
 */
export function asPng(chart, { lines, paper, ink }) {
  const scale = devicePixelRatio;
  const [margin, lineHeight, fontSize] = [10 * scale, 20 * scale, 13 * scale];
  const top = (lines.length + 1) * lineHeight;
  const canvas = document.createElement('canvas');
  canvas.width = chart.width;
  canvas.height = chart.height + top;
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  ctx.fillStyle = paper;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = ink;
  const font = (/** @type {number} */ size) => `${size}px system-ui, sans-serif`;
  ctx.font = font(fontSize);
  const widest = Math.max(...lines.map((line) => ctx.measureText(line).width));
  ctx.font = font(fontSize * Math.min(1, (canvas.width - 2 * margin) / widest));
  for (const [i, line] of lines.entries()) ctx.fillText(line, margin, (i + 1) * lineHeight);
  ctx.drawImage(chart, 0, top);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('This browser made no picture.'))));
  });
}
