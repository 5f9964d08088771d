/**
 * How our allocator stands against the others of a run, as figures and as sentences.
 *
 * It always holds that the best of the others is looked for anew for each figure: the fastest for time, the
 * leanest for pages, the smallest for bytes. A yardstick is none of the others.
 */
import { compare, geometricMean, median } from '../timing/statistics.js';
import { times } from './figures.js';
import { GOALS } from './goals.js';
import { complete, means } from './results.js';

/** @typedef {import('./run.js').Run} Run */
/** @typedef {import('./kinds/kind.js').Sentence} Sentence */
/** @typedef {NonNullable<ReturnType<typeof standing>>} Standing */
/** @typedef {Standing['each'][0]} OnWorkload how ours stands on one workload */

/** @param {Run} run of allocators @returns null if there is nothing to compare */
export function standing(run) {
  const { entrants } = run;
  const tasks = complete(run);
  const our = entrants.findIndex(({ ours }) => ours);
  const others = entrants.map((_, i) => i).filter((i) => i !== our && !entrants[i].yardstick);
  if (our < 0 || !others.length || !tasks.length) return null;

  const all = means(run);
  /** @param {(i: number) => number} of */
  const leastBy = (of) => others.reduce((a, b) => (of(b) < of(a) ? b : a));
  const fastest = all[leastBy((i) => all[i].time)];
  const leanest = all[leastBy((i) => all[i].pages)];
  const yardstick = all.find((_, i) => entrants[i].yardstick);
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
    /** The same of the yardstick, which does less than any allocator must. */
    bound: yardstick ? { name: yardstick.name, speed: fastest.time / yardstick.time } : null,
    speedEach: geometricMean(each.map(({ ratio }) => ratio.median)),
    /** Pages in units of the leanest of the others by mean, and of the leanest of each task. */
    pages: all[our].pages / leanest.pages,
    pagesEach: geometricMean(each.map(({ pagesRatio }) => pagesRatio)),
    each,
  };
}

/** @param {Run} run of allocators @returns {Sentence[]} */
export function sentences(run) {
  const result = standing(run);
  const ours = run.entrants.find((one) => one.ours);
  if (!result || !ours) return [];
  return [
    ...speedSentences(result, ours.name),
    ...workloadSentences(result, ours.name),
    ...pageSentences(result, ours.name),
    ...sizeSentences(run, ours),
  ];
}

/** @param {OnWorkload[]} some @param {(one: OnWorkload) => string} say */
const list = (some, say) => some.map((one) => `${one.title} (${say(one)})`).join(', ');

/** @param {Standing} result @param {string} ours @returns {Sentence[]} */
function speedSentences({ each, speed, speedEach, fastest, bound }, ours) {
  const noisy = each.filter(({ verdict }) => verdict === 'noisy');
  const isTooNoisy = noisy.length * 3 > each.length;
  const goal = `goal: at least ${GOALS.speed.toFixed(1)}x`;
  const text = isTooNoisy
    ? 'Speed: the machine was too noisy for a verdict. By the geometric means of these samples, ' +
      `${ours} is ${times(speed)} as fast as ${fastest}.`
    : `Speed: by geometric mean, ${ours} is ${times(speed)} as fast as ${fastest}, the fastest of the ` +
      `others (${goal}). It is ${times(speedEach)} as fast as the fastest on each workload.`;
  const said = [{ met: !isTooNoisy && speed >= GOALS.speed, text }];
  if (bound) {
    said.push({
      met: true,
      text:
        `Yardstick: ${bound.name}, which merges and checks nothing, is ${times(bound.speed)} as fast as ` +
        `${fastest}. Its time is that of the loops, the calls and the memory they touch.`,
    });
  }
  return said;
}

/** @param {Standing} result @param {string} ours @returns {Sentence[]} */
function workloadSentences({ each }, ours) {
  /** @param {OnWorkload['verdict']} verdict */
  const those = (verdict) => each.filter((one) => one.verdict === verdict);
  const [slower, faster, even, noisy] = [those('b'), those('a'), those('same'), those('noisy')];
  /** @type {Sentence[]} */
  const said = [];
  if (slower.length) {
    const where = list(slower, ({ ratio, rival }) => `${times(1 / ratio.median)} the time of ${rival}`);
    said.push({ met: false, text: `${ours} is slower than the fastest of the others on ${where}.` });
  } else if (!noisy.length) {
    said.push({ met: true, text: `On no workload is ${ours} slower than the fastest of the others.` });
  }
  if (faster.length) {
    const where = list(faster, ({ ratio, rival }) => `${times(ratio.median)} as fast as ${rival}`);
    said.push({ met: true, text: `${ours} is faster than all others on ${where}.` });
  }
  if (even.length) {
    said.push({ met: true, text: `No difference was seen on ${list(even, ({ rival }) => rival)}.` });
  }
  if (noisy.length) {
    const where = noisy.map(({ title }) => title).join(', ');
    said.push({ met: false, text: `No winner is called on ${where}: the machine was too noisy.` });
  }
  return said;
}

/** @param {Standing} result @param {string} ours @returns {Sentence[]} */
function pageSentences({ each, pages, pagesEach, leanest }, ours) {
  // A page is the least there is: one more is no waste that an allocator could have avoided.
  const fat = each.filter(({ pagesRatio, morePages }) => pagesRatio > GOALS.pagesWorst && morePages > 1);
  const where = list(fat, ({ pagesRatio, lean }) => `${times(pagesRatio)} of ${lean}`);
  return [
    {
      met: pages <= GOALS.pages,
      text:
        `Pages: by geometric mean, ${ours} takes ${times(pages)} the pages of ${leanest}, the leanest of ` +
        `the others (goal: at most ${GOALS.pages}x). It takes ${times(pagesEach)} the pages of the ` +
        'leanest on each workload.',
    },
    {
      met: !fat.length,
      text: fat.length
        ? `${ours} takes more than ${GOALS.pagesWorst}x the pages of the leanest on ${where}.`
        : `On no workload does ${ours} take more than ${GOALS.pagesWorst}x the pages of the leanest, where ` +
          'they differ by more than one page.',
    },
  ];
}

/** @param {Run} run @param {import('./run.js').Entrant} ours @returns {Sentence[]} */
function sizeSentences({ entrants }, { name, bytes, gzip }) {
  const peers = entrants.filter((one) => !one.ours && !one.yardstick && one.gzip !== undefined);
  if (bytes === undefined || gzip === undefined || !peers.length) return [];
  const smallest = peers.reduce((a, b) => (Number(b.gzip) < Number(a.gzip) ? b : a));
  return [
    {
      met: bytes <= GOALS.bytes && gzip < Number(smallest.gzip),
      text:
        `Size: ${name} has ${bytes} bytes (goal: at most ${GOALS.bytes}), ${gzip} with gzip. The ` +
        `smallest of the others is ${smallest.name}: ${smallest.bytes} bytes, ${smallest.gzip} with gzip.`,
    },
  ];
}
