/**
 * From samples to rows, verdicts and sentences: the same for the page and the terminal.
 *
 * It always holds that every sentence is made from the result it speaks of, and that none names a winner where the
 * samples do not show one.
 */
import { compare, geometricMean, median, summarize } from './statistics.js';

/** What the allocator is meant to reach. */
export const BARS = { speed: 2.0, pages: 1.05, pagesWorst: 1.3, bytes: 2982 };

/**
 * @typedef {object} Cell
 * @property {string} name
 * @property {import('./statistics.js').Summary} [time] ns per operation; missing when it failed
 * @property {number} pages
 * @property {boolean} steady
 * @property {string} [failure]
 */

/**
 * @param {import('./allocators.js').TaskResult[]} tasks
 * @returns {{ id: string, title: string, cells: Cell[] }[]}
 */
export function rows(tasks) {
  return tasks.map(({ id, title, results }) => ({
    id,
    title,
    cells: results.map(({ name, samples, steady, pages, failure }) => ({
      name,
      steady,
      pages,
      failure,
      time: failure === undefined ? summarize(samples) : undefined,
    })),
  }));
}

/**
 * How ours stands against all others, on all tasks that every entrant finished.
 *
 * @param {import('./allocators.js').TaskResult[]} tasks
 * @param {{ name: string, bytes: number, gzip: number, ours?: boolean }[]} entrants
 */
export function standing(tasks, entrants) {
  const complete = tasks.filter(({ results }) => results.every((result) => result.failure === undefined));
  const failures = tasks.flatMap(({ title, results }) =>
    results.filter((r) => r.failure !== undefined).map((r) => ({ title, name: r.name, failure: r.failure })),
  );
  const means = entrants.map(({ name }, i) => ({
    name,
    time: geometricMean(complete.map(({ results }) => median(results[i].samples))),
    pages: geometricMean(complete.map(({ results }) => results[i].pages)),
  }));
  const our = entrants.findIndex((entrant) => entrant.ours);
  if (our < 0 || entrants.length < 2 || complete.length === 0)
    return { means, failures, complete: complete.length };

  const others = entrants.map((_, i) => i).filter((i) => i !== our);
  const leastBy = (/** @type {(i: number) => number} */ of) =>
    others.reduce((a, b) => (of(b) < of(a) ? b : a));
  const fastest = leastBy((i) => means[i].time);
  const leanest = leastBy((i) => means[i].pages);

  const each = complete.map(({ id, title, results }) => {
    const rival = leastBy((i) => median(results[i].samples));
    const lean = leastBy((i) => results[i].pages);
    return {
      id,
      title,
      rival: entrants[rival].name,
      ...compare(results[our].samples, results[rival].samples),
      lean: entrants[lean].name,
      pagesRatio: results[our].pages / results[lean].pages,
    };
  });
  return {
    means,
    failures,
    complete: complete.length,
    our: means[our],
    fastest: means[fastest],
    leanest: means[leanest],
    /** How many times as fast as the fastest of the others, and as the fastest of each task. */
    speed: means[fastest].time / means[our].time,
    speedEach: geometricMean(each.map(({ ratio }) => ratio.median)),
    /** Pages taken, in units of the leanest of the others, and of the leanest of each task. */
    pages: means[our].pages / means[leanest].pages,
    pagesEach: geometricMean(each.map(({ pagesRatio }) => pagesRatio)),
    each,
  };
}

/** @typedef {ReturnType<typeof standing>} Standing */

const times = (/** @type {number} */ ratio) => `${ratio.toFixed(2)}x`;

/**
 * The standing in sentences, those about losses first.
 *
 * @param {Standing} result
 * @param {{ name: string, bytes: number, gzip: number, ours?: boolean }[]} entrants
 * @returns {{ met: boolean, text: string }[]}
 */
export function sentences(result, entrants) {
  const said = result.failures.map(({ title, name, failure }) => ({
    met: false,
    text: `${name} failed on ${title}: ${failure} The means leave this workload out.`,
  }));
  const { each, our, fastest, leanest } = result;
  if (!each || !our || !fastest || !leanest) return said;

  said.push({
    met: result.speed >= BARS.speed,
    text: `Speed: ${times(result.speed)} as fast as ${fastest.name}, the fastest of the others by geometric mean (bar: ${BARS.speed.toFixed(1)}x); ${times(result.speedEach)} as fast as the fastest of each workload.`,
  });
  const slower = each.filter(({ verdict }) => verdict === 'b');
  said.push({
    met: slower.length === 0,
    text: slower.length
      ? `Slower than the fastest of the others on ${slower.map(({ title, rival, ratio }) => `${title} (${times(1 / ratio.median)} the time of ${rival})`).join(', ')}.`
      : 'On no workload slower than the fastest of the others.',
  });
  const even = each.filter(({ verdict }) => verdict === 'same');
  if (even.length)
    said.push({
      met: true,
      text: `No difference seen on ${even.map(({ title, rival }) => `${title} (${rival})`).join(', ')}.`,
    });
  const noisy = each.filter(({ verdict }) => verdict === 'noisy');
  if (noisy.length) {
    said.push({
      met: false,
      text: `No winner is called on ${noisy.map(({ title }) => title).join(', ')}: the machine was too noisy.`,
    });
  }
  said.push({
    met: result.pages <= BARS.pages,
    text: `Pages: ${times(result.pages)} those of ${leanest.name}, the leanest of the others by geometric mean (bar: ${BARS.pages}x); ${times(result.pagesEach)} those of the leanest of each workload.`,
  });
  const fat = each.filter(({ pagesRatio }) => pagesRatio > BARS.pagesWorst);
  said.push({
    met: fat.length === 0,
    text: fat.length
      ? `More than ${BARS.pagesWorst}x the pages of the leanest on ${fat.map(({ title, lean, pagesRatio }) => `${title} (${times(pagesRatio)} of ${lean})`).join(', ')}.`
      : `On no workload more than ${BARS.pagesWorst}x the pages of the leanest.`,
  });
  const size = entrants.find((entrant) => entrant.ours);
  const smallest = entrants.filter((entrant) => !entrant.ours).reduce((a, b) => (b.gzip < a.gzip ? b : a));
  if (size) {
    said.push({
      met: size.bytes <= BARS.bytes && size.gzip < smallest.gzip,
      text: `Size: ${size.bytes} bytes (bar: ${BARS.bytes}), ${size.gzip} with gzip (${smallest.name}: ${smallest.bytes}, ${smallest.gzip}).`,
    });
  }
  return said.sort((a, b) => Number(a.met) - Number(b.met));
}
