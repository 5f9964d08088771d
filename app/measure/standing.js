/**
 * How our allocator stands against the others of a run, as figures and as sentences.
 *
 * It always holds that the best of the others is looked for anew for each figure: the fastest for time, the
 * leanest for pages, the smallest with gzip for bytes. A yardstick is none of the others.
 *
 * The fastest is chosen by the same samples that are then compared. Where starts differ, that counts against
 * ours: of several rivals as fast as ours, the one with the luckiest starts is chosen, and may seem faster.
 */
import { compare, geometricMean, median } from '../timing/statistics.js';
import { span, times } from './figures.js';
import { GOALS } from './goals.js';
import { complete, isFinished, means } from './readings.js';

/** @typedef {import('./run.js').Run} Run */
/** @typedef {import('./kinds/kind.js').Sentence} Sentence */
/** @typedef {NonNullable<ReturnType<typeof standing>>} Standing */
/** @typedef {ReturnType<typeof onWorkloads>[0]} OnWorkload how ours stands on one workload */

/** Whether ours is compared with it. @param {import('./run.js').Entrant} entrant */
const isRival = ({ ours, yardstick }) => !ours && !yardstick;

/**
 * Our entrant and the others, by their places in a run.
 * @param {Run} run of allocators
 * @returns {{ our: number, others: number[] } | null} null if there is nobody to compare
 */
function sidesOf({ entrants }) {
  const our = entrants.findIndex(({ ours }) => ours);
  const others = entrants.map((_, i) => i).filter((i) => isRival(entrants[i]));
  return our < 0 || !others.length ? null : { our, others };
}

/** @param {number[]} places @param {(i: number) => number} of @returns {number} the place with the least */
const leastBy = (places, of) => places.reduce((a, b) => (of(b) < of(a) ? b : a));

/**
 * How ours stands on each workload that it finished, against those of the others that finished it too.
 * @param {Run} run of allocators
 * @param {{ our: number, others: number[] }} sides
 */
function onWorkloads({ entrants, tasks }, { our, others }) {
  return tasks.flatMap(({ id, title, results }) => {
    const rivals = others.filter((i) => isFinished(results[i]));
    if (!isFinished(results[our]) || !rivals.length) return [];
    const rival = leastBy(rivals, (i) => median(results[i].samples));
    const lean = leastBy(rivals, (i) => results[i].pages ?? 0);
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
}

/**
 * @param {Run} run of allocators
 * @returns null if there is nothing to compare, or no workload that all finished: means need the same
 *   workloads for all
 */
export function standing(run) {
  const { entrants } = run;
  const sides = sidesOf(run);
  const all = means(run);
  if (!sides || !all.length) return null;
  const { our, others } = sides;
  const fastest = all[leastBy(others, (i) => all[i].time)];
  const leanest = all[leastBy(others, (i) => all[i].pages)];
  const yardstick = all.find((_, i) => entrants[i].yardstick);
  const each = onWorkloads(run, sides);
  return {
    fastest: fastest.name,
    leanest: leanest.name,
    /** How many times as fast ours is as the fastest of the others by mean. */
    speed: fastest.time / all[our].time,
    /** The same of the yardstick, which does less than any allocator must. */
    bound: yardstick ? { name: yardstick.name, speed: fastest.time / yardstick.time } : null,
    /** The mean of how many times as fast ours is as the fastest of the others on each workload. */
    speedEach: geometricMean(each.map(({ ratio }) => ratio.median)),
    /** Pages in units of the leanest of the others by mean, and of the leanest of each workload. */
    pages: all[our].pages / leanest.pages,
    pagesEach: geometricMean(each.map(({ pagesRatio }) => pagesRatio)),
    each,
  };
}

/** @param {Run} run of allocators @returns {Sentence[]} */
export function sentences(run) {
  const sides = sidesOf(run);
  if (!sides) return [];
  const ours = run.entrants[sides.our];
  const each = onWorkloads(run, sides);
  const result = standing(run);
  return [
    ...(result ? [...speedSentences(result, ours.name), pagesByMean(result, ours.name)] : []),
    ...leftOut(run),
    ...(each.length ? [...workloadSentences(each, ours.name), pagesOnEach(each, ours.name)] : []),
    ...sizeSentences(run, ours),
  ];
}

/** Names the workloads that the means leave out. @param {Run} run @returns {Sentence[]} */
function leftOut(run) {
  const whole = complete(run);
  const left = run.tasks.filter((task) => !whole.includes(task)).map(({ title }) => title);
  if (!left.length) return [];
  const text =
    `The means leave out what not every allocator finished: ${left.join('; ')}. On one workload, ours is ` +
    'compared with those of the others that finished it, if it finished it itself.';
  return [{ met: false, text }];
}

/** @param {OnWorkload[]} some @param {(one: OnWorkload) => string} say */
const list = (some, say) => some.map((one) => `${one.title} (${say(one)})`).join('; ');

/** @param {Standing} result @param {string} ours @returns {Sentence[]} */
function speedSentences({ each, speed, speedEach, fastest, bound }, ours) {
  const noisy = each.filter(({ verdict }) => verdict === 'noisy');
  const isTooNoisy = noisy.length * 3 > each.length;
  const goal = `goal: at least ${GOALS.speed.toFixed(1)}x`;
  const text = isTooNoisy
    ? 'Speed: the machine was too noisy for a verdict. By the geometric means of these samples, ' +
      `${ours} is ${times(speed)} as fast as ${fastest}.`
    : `Speed: by geometric mean, ${ours} is ${times(speed)} as fast as ${fastest}, the fastest of the ` +
      `others (${goal}; this figure has no interval). Workload by workload, it is ${times(speedEach)} as ` +
      'fast as the fastest, by geometric mean.';
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

/** @param {OnWorkload[]} each @param {string} ours @returns {Sentence[]} */
function workloadSentences(each, ours) {
  /** @param {OnWorkload['verdict']} verdict */
  const those = (verdict) => each.filter((one) => one.verdict === verdict);
  const [slower, faster, even, noisy] = [those('b'), those('a'), those('same'), those('noisy')];
  /** @type {Sentence[]} */
  const said = [];
  if (slower.length) {
    const where = list(slower, ({ ratio, rival }) => `${times(1 / ratio.median)} the time of ${rival}`);
    said.push({ met: false, text: `${ours} is slower than the fastest of the others on ${where}.` });
  } else if (!noisy.length) {
    const text = `On no workload that it finished was ${ours} seen to be slower than the others’ fastest.`;
    said.push({ met: true, text });
  }
  if (faster.length) {
    const where = list(faster, ({ ratio, rival }) => `${times(ratio.median)} as fast as ${rival}`);
    said.push({ met: true, text: `${ours} is faster than the fastest of the others on ${where}.` });
  }
  if (even.length) {
    const where = list(even, ({ ratio, rival }) => `${span(ratio.interval)} times as fast as ${rival}`);
    said.push({ met: true, text: `No difference was seen on ${where}.` });
  }
  if (noisy.length) {
    const where = noisy.map(({ title }) => title).join('; ');
    said.push({ met: false, text: `No winner is called on ${where}: the machine was too noisy.` });
  }
  return said;
}

/** @param {Standing} result @param {string} ours @returns {Sentence} */
function pagesByMean({ pages, pagesEach, leanest }, ours) {
  return {
    met: pages <= GOALS.pages,
    text:
      `Pages: by geometric mean, ${ours} takes ${times(pages)} the pages of ${leanest}, the leanest of ` +
      `the others (goal: at most ${GOALS.pages}x). Workload by workload, it takes ${times(pagesEach)} the ` +
      'pages of the leanest, by geometric mean.',
  };
}

/** @param {OnWorkload[]} each @param {string} ours @returns {Sentence} */
function pagesOnEach(each, ours) {
  // A page is the least there is: one more is no waste that an allocator could have avoided.
  const fat = each.filter(({ pagesRatio, morePages }) => pagesRatio > GOALS.pagesWorst && morePages > 1);
  const where = list(fat, ({ pagesRatio, lean }) => `${times(pagesRatio)} of ${lean}`);
  return {
    met: !fat.length,
    text: fat.length
      ? `${ours} takes more than ${GOALS.pagesWorst}x the pages of the leanest on ${where}.`
      : `On no workload that it finished does ${ours} take more than ${GOALS.pagesWorst}x the pages of the ` +
        'leanest, where they differ by more than one page.',
  };
}

/** @param {Run} run @param {import('./run.js').Entrant} ours @returns {Sentence[]} */
function sizeSentences({ entrants }, { name, bytes, gzip }) {
  const peers = entrants.filter((one) => isRival(one) && one.gzip !== undefined);
  if (bytes === undefined || gzip === undefined || !peers.length) return [];
  const smallest = peers.reduce((a, b) => (Number(b.gzip) < Number(a.gzip) ? b : a));
  return [
    {
      met: bytes <= GOALS.bytes,
      text: `Size: ${name} has ${bytes} bytes (goal: at most ${GOALS.bytes}).`,
    },
    {
      met: gzip < Number(smallest.gzip),
      text:
        `Size with gzip: ${name} has ${gzip} bytes. The smallest of the others, ${smallest.name}, has ` +
        `${smallest.gzip} (without gzip ${smallest.bytes}), in its smallest build, not in the one that is ` +
        'timed.',
    },
  ];
}
