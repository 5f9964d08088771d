/**
 * From a record to verdicts and sentences: the same for the page and the terminal.
 *
 * It always holds that every sentence is made from the samples it speaks of, and that none names a winner where the
 * samples do not show one.
 */

import { compare, geometricMean, median, summarize } from '../timing/statistics.js';
import { BARS } from './bars.js';

/** @typedef {import('./series.js').Record} Record */
/** @typedef {import('./series.js').TaskResult} TaskResult */
/** @typedef {{ met: boolean, text: string }} Sentence `met`: false for what was lost, missed or not decided */

/** What a call through JavaScript is often said to cost more. */
const LESSON_CLAIM = 1.05;

const times = (/** @type {number} */ ratio) => `${ratio.toFixed(2)}x`;
const percent = (/** @type {number} */ part) => `${(100 * part).toFixed(part < 0.0995 ? 1 : 0)} %`;
const span = (/** @type {import('../timing/statistics.js').Interval} */ { low, high }) =>
  `${low.toFixed(2)} to ${high.toFixed(2)}`;

/**
 * @param {Record} record
 * @returns {Sentence[]} what was lost first
 */
export function sentences(record) {
  const said = failures(record);
  if (record.kind === 'allocators') said.push(...allocatorSentences(record));
  if (record.kind === 'wiring') said.push(...wiringSentences(record));
  if (record.kind === 'loading') said.push(...loadingSentences(record));
  return said.sort((a, b) => Number(a.met) - Number(b.met));
}

/** @param {Record} record */
function failures({ tasks }) {
  return tasks.flatMap(({ title, results }) =>
    results
      .filter(({ failure }) => failure !== undefined)
      .map(({ name, failure }) => ({ met: false, text: `${name} failed on “${title}”: ${failure}` })),
  );
}

/** Tasks that every entrant finished. @param {Record} record */
const complete = ({ tasks }) =>
  tasks.filter(({ results }) => results.every((one) => one.failure === undefined && one.samples.length));

/**
 * The geometric means of each entrant over all tasks that every entrant finished.
 * @param {Record} record
 * @returns {{ name: string, time: number, pages: number }[]} none if there is no such task
 */
export function means(record) {
  const tasks = complete(record);
  if (!tasks.length) return [];
  return record.entrants.map(({ name }, i) => ({
    name,
    time: geometricMean(tasks.map(({ results }) => median(results[i].samples))),
    pages: geometricMean(tasks.map(({ results }) => results[i].pages ?? Number.NaN)),
  }));
}

/**
 * How ours stands against all others.
 * @param {Record} record of allocators
 */
export function standing(record) {
  const { entrants } = record;
  const tasks = complete(record);
  const our = entrants.findIndex(({ ours }) => ours);
  const others = entrants.map((_, i) => i).filter((i) => i !== our && !entrants[i].yardstick);
  if (our < 0 || !others.length || !tasks.length) return null;

  const all = means(record);
  const leastBy = (/** @type {(i: number) => number} */ of) =>
    others.reduce((a, b) => (of(b) < of(a) ? b : a));
  const fastest = all[leastBy((i) => all[i].time)];
  const leanest = all[leastBy((i) => all[i].pages)];
  const yardstick = entrants.findIndex((one) => one.yardstick);
  const each = tasks.map(({ id, title, results }) => {
    const rival = leastBy((i) => median(results[i].samples));
    const lean = leastBy((i) => results[i].pages ?? 0);
    const [pages, leastPages] = [results[our].pages ?? 0, results[lean].pages ?? 0];
    return {
      id,
      title,
      rival: entrants[rival].name,
      ...compare(results[our].samples, results[rival].samples),
      lean: entrants[lean].name,
      morePages: pages - leastPages,
      pagesRatio: pages / leastPages,
    };
  });
  return {
    fastest: fastest.name,
    leanest: leanest.name,
    /** How many times as fast as the fastest of the others by mean, and as the fastest of each task. */
    speed: fastest.time / all[our].time,
    /** The same of what does less than any allocator must. */
    bound:
      yardstick < 0 ? null : { name: entrants[yardstick].name, speed: fastest.time / all[yardstick].time },
    speedEach: geometricMean(each.map(({ ratio }) => ratio.median)),
    /** Pages in units of the leanest of the others by mean, and of the leanest of each task. */
    pages: all[our].pages / leanest.pages,
    pagesEach: geometricMean(each.map(({ pagesRatio }) => pagesRatio)),
    each,
  };
}

/** @param {Record} record @returns {Sentence[]} */
function allocatorSentences(record) {
  const result = standing(record);
  const ours = record.entrants.find((one) => one.ours);
  if (!result || !ours) return [];
  const { each, fastest, leanest, speed, speedEach, bound, pages, pagesEach } = result;
  const list = (/** @type {typeof each} */ some, /** @type {(one: typeof each[0]) => string} */ say) =>
    some.map((one) => `${one.title} (${say(one)})`).join(', ');
  /** @type {Sentence[]} */
  const said = [];

  const noisy = each.filter(({ verdict }) => verdict === 'noisy');
  const tooNoisy = noisy.length * 3 > each.length;
  said.push({
    met: !tooNoisy && speed >= BARS.speed,
    text: tooNoisy
      ? `Speed: the machine was too noisy for a verdict. By the means of these samples it is ${times(speed)} as fast as ${fastest}.`
      : `Speed: ${times(speed)} as fast as ${fastest}, the fastest of the others by geometric mean (goal: at least ${BARS.speed.toFixed(1)}x); ${times(speedEach)} as fast as the fastest of each workload.`,
  });
  if (bound) {
    said.push({
      met: true,
      text: `A yardstick: ${bound.name} is ${times(bound.speed)} as fast as ${fastest}; the rest are the loops, the calls and the memory they touch.`,
    });
  }
  const slower = each.filter(({ verdict }) => verdict === 'b');
  const faster = each.filter(({ verdict }) => verdict === 'a');
  if (slower.length) {
    said.push({
      met: false,
      text: `Slower than the fastest of the others on ${list(slower, (one) => `${times(1 / one.ratio.median)} the time of ${one.rival}`)}.`,
    });
  } else if (!noisy.length)
    said.push({ met: true, text: 'On no workload slower than the fastest of the others.' });
  if (faster.length) {
    said.push({
      met: true,
      text: `Faster than all others on ${list(faster, (one) => `${times(one.ratio.median)} as fast as ${one.rival}`)}.`,
    });
  }
  const even = each.filter(({ verdict }) => verdict === 'same');
  if (even.length)
    said.push({ met: true, text: `No difference seen on ${list(even, ({ rival }) => rival)}.` });
  if (noisy.length) {
    said.push({
      met: false,
      text: `No winner is called on ${noisy.map(({ title }) => title).join(', ')}: the machine was too noisy.`,
    });
  }

  said.push({
    met: pages <= BARS.pages,
    text: `Pages: ${times(pages)} those of ${leanest}, the leanest of the others by geometric mean (goal: at most ${BARS.pages}x); ${times(pagesEach)} those of the leanest of each workload.`,
  });
  // A page is the least there is: one more is no waste that an allocator could have avoided.
  const fat = each.filter(({ pagesRatio, morePages }) => pagesRatio > BARS.pagesWorst && morePages > 1);
  said.push({
    met: !fat.length,
    text: fat.length
      ? `More than ${BARS.pagesWorst}x the pages of the leanest on ${list(fat, (one) => `${times(one.pagesRatio)} of ${one.lean}`)}.`
      : `On no workload more than ${BARS.pagesWorst}x the pages of the leanest, where the difference is more than one page.`,
  });
  const peers = record.entrants.filter((one) => !one.ours && !one.yardstick && one.gzip !== undefined);
  if (ours.bytes !== undefined && ours.gzip !== undefined && peers.length) {
    const smallest = peers.reduce((a, b) => (Number(b.gzip) < Number(a.gzip) ? b : a));
    said.push({
      met: ours.bytes <= BARS.bytes && ours.gzip < Number(smallest.gzip),
      text: `Size: ${ours.bytes} bytes (goal: at most ${BARS.bytes}), ${ours.gzip} with gzip; the smallest of the others is ${smallest.name}: ${smallest.bytes}, ${smallest.gzip} with gzip.`,
    });
  }
  return said;
}

/** @param {Record} record @returns {Sentence[]} */
function wiringSentences(record) {
  return complete(record).flatMap(({ title, results }) => {
    const of = (/** @type {string} */ name) => results.find((one) => one.name === name)?.samples ?? [];
    const where = title[0].toUpperCase() + title.slice(1);
    const against = (/** @type {string} */ a, /** @type {string} */ b) => compare(of(a), of(b));

    const hop = against('direct', 'placeholders');
    const { low, high } = hop.ratio.interval;
    const cost = `${where}, a call through a JavaScript placeholder takes ${times(hop.ratio.median)} the time of a direct one (${span(hop.ratio.interval)})`;
    /** @type {Sentence} */
    let claim;
    if (hop.verdict === 'noisy')
      claim = {
        met: false,
        text: `${cost}, but the machine was too noisy to say what the five percent are worth that are often claimed.`,
      };
    else if (high < LESSON_CLAIM)
      claim = { met: true, text: `${cost}: less than the five percent that are often claimed.` };
    else if (low > LESSON_CLAIM)
      claim = {
        met: true,
        text: `${cost}: more than the five percent that are often claimed. Here it is ${percent(hop.ratio.median - 1)}.`,
      };
    else claim = { met: true, text: `${cost}: the five percent that are often claimed are confirmed here.` };

    const rest = ['direct', 'table', 'rest stubs'].map((name) => {
      const { verdict, ratio } = against('static', name);
      if (verdict === 'noisy') return `${name}: too noisy to say`;
      if (verdict === 'same') return `${name}: no difference seen`;
      return `${name}: ${times(ratio.median)} (${span(ratio.interval)})`;
    });
    return [
      claim,
      { met: true, text: `${where}, against one statically linked module: ${rest.join('; ')}.` },
    ];
  });
}

/** @param {Record} record @returns {Sentence[]} */
function loadingSentences(record) {
  return complete(record).flatMap(({ results }) => {
    const of = (/** @type {string} */ name) => results.find((one) => one.name === name)?.samples ?? [];
    const milliseconds = (/** @type {string} */ name) => (summarize(of(name)).median / 1e6).toFixed(0);
    const pair = (/** @type {string} */ a, /** @type {string} */ b, /** @type {string} */ what) => {
      if (!of(a).length || !of(b).length) return [];
      const { verdict, ratio } = compare(of(a), of(b));
      const both = `${milliseconds(a)} ms against ${milliseconds(b)} ms`;
      if (verdict === 'noisy')
        return [{ met: false, text: `${what}: ${both}, too noisy to say which is faster.` }];
      if (verdict === 'same') return [{ met: true, text: `${what}: no difference seen (${both}).` }];
      const faster =
        verdict === 'a' ? `${times(ratio.median)} as fast` : `slower, ${times(1 / ratio.median)} the time`;
      return [{ met: verdict === 'a', text: `${what}: ${faster} (${both}).` }];
    };
    return [
      ...pair(
        'parallel, streaming',
        'sequential, streaming',
        'Files in parallel rather than one after the other',
      ),
      ...pair(
        'parallel, streaming',
        'parallel, buffered',
        'Compiling while the bytes arrive rather than after the last',
      ),
      ...pair('parallel, streaming', 'Emscripten', 'Our loader rather than Emscripten’s'),
    ];
  });
}

/**
 * The cells of the table: one row a task, one column an entrant.
 * @param {Record} record
 */
export function rows({ tasks }) {
  return tasks.map(({ id, title, results }) => ({
    id,
    title,
    cells: results.map(({ name, samples, steady, pages, failure }) => ({
      name,
      steady,
      pages,
      failure,
      time: failure === undefined && samples.length ? summarize(samples) : undefined,
    })),
  }));
}

/** How many of a record's unit a nanosecond is, and what the unit is called. @param {Record} record */
export function unitOf({ kind }) {
  return kind === 'loading'
    ? { divide: 1e6, name: 'ms to the first address' }
    : { divide: 1, name: 'ns per operation' };
}

/** Three figures that count. @param {number} value */
export function figures(value) {
  if (!Number.isFinite(value)) return '–';
  return value < 100 ? value.toPrecision(3) : String(Math.round(value));
}
