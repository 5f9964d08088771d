/**
 * The method of measuring: on a clock that the test turns by hand, where every cost is known and nothing is
 * left to chance; and on allocators of known cost, in wasm. No real time decides whether a test passes.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { MARKS, markOf } from '../app/chart/marks/index.js';
import { differences } from '../app/measure/comparison.js';
import { asCsv, asJson, asMarkdown, asText } from '../app/measure/formats.js';
import { KINDS, kindOf } from '../app/measure/kinds/index.js';
import { openRun, runAll } from '../app/measure/open-run.js';
import { means } from '../app/measure/readings.js';
import { inList, sentences } from '../app/measure/report.js';
import { RunStore } from '../app/measure/run-store.js';
import { shownOf } from '../app/measure/shown.js';
import { gzipSize } from '../app/measure/site.js';
import { SlowLine } from '../app/measure/slow-line.js';
import { standing } from '../app/measure/standing.js';
import { tableOf } from '../app/measure/table.js';
import { CALLOC, FREE, MALLOC, REALLOC, readTrace } from '../app/measure/trace.js';
import { linkWorkloads, listWorkloads } from '../app/measure/workloads.js';
import { clockStep } from '../app/timing/clock.js';
import { race, seededRandom } from '../app/timing/race.js';
import {
  compare,
  compareApart,
  geometricMean,
  median,
  medianRanks,
  summarize,
} from '../app/timing/statistics.js';
import { leb128 } from '../lib/bytes.js';
import { wrapped } from '../scripts/bench-readme.mjs';
import { withSections } from '../scripts/sections.mjs';
import { builtBytes } from './emcc.mjs';

/** @typedef {import('../app/measure/run.js').Run} Run */

/** The built site, with another allocator in place of memory.wasm if one is given. @param {string} [own] */
const siteWith = (own = 'memory.wasm') => ({
  address: 'file:///dist/',
  read: async (/** @type {string} */ file) => builtBytes(file),
  ownAllocators: async () => [{ name: own, bytes: builtBytes(own) }],
  build: (/** @type {string} */ sdk) => `Emscripten ${sdk}`,
});

/** A clock of milliseconds that only the test moves. @param {number} [step] */
function handClock(step = 0) {
  let time = 1000;
  return {
    read: () => (step ? Math.floor(time / step) * step : time),
    pass: (/** @type {number} */ milliseconds) => {
      time += milliseconds;
    },
  };
}

/**
 * Contestants that take a known time on a hand clock. A round is a thousand operations.
 * @param {ReturnType<typeof handClock>} clock
 * @param {{ [name: string]: () => number }} costs nanoseconds of one operation, asked for at each round
 */
function contestants(clock, costs) {
  return Object.entries(costs).map(([name, cost]) => ({
    name,
    open: () => ({
      round() {
        clock.pass((cost() * 1000) / 1e6);
        return 1000;
      },
    }),
  }));
}

const PACE = { starts: 4, samples: 4, sampleTime: 1, warmUpTime: 50 };

/** @template T, R @param {AsyncGenerator<T, R>} steps */
async function finish(steps) {
  const seen = [];
  for (;;) {
    const next = await steps.next();
    if (next.done) return { seen, result: next.value };
    seen.push(next.value);
  }
}

/** @param {{ [name: string]: () => number }} costs @param {ReturnType<typeof handClock>} [clock] */
async function raceOnHandClock(costs, clock = handClock()) {
  const { result } = await finish(race(contestants(clock, costs), PACE, { time: clock.read, step: 0.001 }));
  return result;
}

/**
 * A machine that is slower for a while, by up to so many times, and then for another while by another.
 * @param {ReturnType<typeof handClock>} clock @param {() => number} random @param {number} spread
 */
function weather(clock, random, spread) {
  let [since, factor] = [0, 1];
  return () => {
    if (clock.read() - since > PACE.sampleTime) [since, factor] = [clock.read(), 1 + spread * random() ** 2];
    return factor;
  };
}

/**
 * A run with these results.
 * @param {import('../app/timing/race.js').Result[]} results @param {Partial<Run>} [more] @returns {Run}
 */
function runOf(results, more = {}) {
  return {
    version: 1,
    kind: 'allocators',
    unit: 'ns',
    date: '2026-01-02T03:04:05.000Z',
    seconds: 1,
    engine: 'hand clock',
    cores: 1,
    build: 'test',
    clockStep: 0.001,
    settings: { pace: 'test' },
    pace: PACE,
    entrants: results.map(({ name }, i) => ({ name, ours: i === 0, bytes: 1000 + i, gzip: 500 + i })),
    tasks: [{ id: 'one', title: 'one', results: results.map((one) => ({ ...one, pages: 2 })) }],
    ...more,
  };
}

test('median, geometric mean, outliers', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.ok(Math.abs(geometricMean([2, 8]) - 4) < 1e-12);
  const { outliers, median: middle } = summarize([10, 10.1, 9.9, 10.2, 9.8, 10, 10.1, 30]);
  assert.deepEqual(outliers, [30]);
  assert.ok(middle > 9.9 && middle < 10.2, 'one wild sample does not move the median');
});

test('the interval of a median has the confidence that it says', () => {
  // Tables of the sign test: of 15 samples the 4th and the 12th enclose the median with 96.5 %, of 25 the 8th
  // and the 18th with 95.7 %.
  assert.equal(medianRanks(15).rank, 3);
  assert.ok(Math.abs(medianRanks(15).confidence - 0.9648) < 0.0001);
  assert.equal(medianRanks(25).rank, 7);
  assert.ok(Math.abs(medianRanks(25).confidence - 0.9567) < 0.0001);
  assert.ok(medianRanks(3).confidence < 0.95, 'three samples are too few, and it says so');

  // A lopsided spread with a known median: most of the intervals hold it.
  const random = seededRandom(7);
  let held = 0;
  const runs = 4000;
  for (let run = 0; run < runs; run++) {
    const { interval } = summarize(Array.from({ length: 15 }, () => -Math.log(1 - random())));
    if (interval.low <= Math.LN2 && Math.LN2 <= interval.high) held++;
  }
  assert.ok(held / runs > 0.95, `${held} of ${runs} intervals held the median`);
});

test('on a clock turned by hand every figure is exact', async () => {
  const results = await raceOnHandClock({ a: () => 10, b: () => 25 });
  for (const [i, cost] of [10, 25].entries()) {
    assert.equal(results[i].samples.length, PACE.starts * PACE.samples);
    assert.ok(results[i].samples.every((one) => Math.abs(one - cost) < 1e-6));
    assert.equal(results[i].operations, 1000);
    assert.ok(results[i].steady);
  }
  assert.equal(compare(results[0].samples, results[1].samples).verdict, 'a');
});

test('swapping two contestants swaps the verdict', async () => {
  const random = seededRandom(3);
  const noisy = (/** @type {number} */ cost) => () => cost * (1 + 0.05 * random());
  const [a, b] = await raceOnHandClock({ a: noisy(10), b: noisy(13) });
  const forth = compare(a.samples, b.samples);
  const back = compare(b.samples, a.samples);
  assert.deepEqual([forth.verdict, back.verdict], ['a', 'b']);
  assert.ok(Math.abs(forth.ratio.median * back.ratio.median - 1) < 0.01);
  const [one, other] = [sentences(runOf([a, b])), sentences(runOf([b, a]))].map((said) =>
    said.map(({ text }) => text).join('\n'),
  );
  assert.match(one, /a is faster than the fastest of the others on one \(1\.3\dx as fast as b\)/);
  assert.match(other, /b is slower than the fastest of the others on one \(1\.3\dx the time of a\)/);
});

test('whatever the samples are, swapping them swaps the verdict', () => {
  const random = seededRandom(17);
  /** @type {{ [verdict: string]: ReturnType<typeof compare>['verdict'] }} */
  const mirrored = { a: 'b', b: 'a', same: 'same', noisy: 'noisy' };
  const seen = { a: 0, b: 0, same: 0, noisy: 0 };
  for (let i = 0; i < 5000; i++) {
    const count = 5 + Math.floor(20 * random());
    const [difference, noise] = [6 ** (2 * random() ** 3), 8 ** random() - 1];
    const around = (/** @type {number} */ cost) =>
      Array.from({ length: count }, () => cost * (1 + noise * random() ** 2));
    const [a, b] = [around(10), around(10 * difference)];
    const { verdict } = compare(a, b);
    seen[verdict]++;
    seen[mirrored[verdict]]++;
    assert.equal(compare(b, a).verdict, mirrored[verdict], `${a} against ${b}`);
  }
  for (const [verdict, times] of Object.entries(seen)) assert.ok(times > 100, `${verdict}: ${times} times`);

  // An interval from 3 to 20, and its mirror.
  const wide = [3, 3, 3, 6, 20, 20, 20];
  const even = wide.map(() => 1);
  assert.equal(compare(even, wide).verdict, 'a');
  assert.equal(compare(wide, even).verdict, 'b');
});

test('a yardstick is no rival, and tells how fast an allocator could be', async () => {
  const results = await raceOnHandClock({ a: () => 10, b: () => 25, floor: () => 5 });
  const run = runOf(results);
  run.entrants[2].yardstick = true;
  const said = sentences(run)
    .map(({ text }) => text)
    .join('\n');
  assert.match(said, /Speed: by geometric mean, a is 2\.50x as fast as b, /);
  assert.match(said, /Yardstick: floor, which merges and checks nothing, is 5\.00x as fast as b\./);
});

test('two of the same cost are called the same, and noise is called noise', async () => {
  let [wrong, blind] = [0, 0];
  for (let seed = 1; seed <= 100; seed++) {
    const random = seededRandom(seed);
    const jitter = () => 20 * (1 + 0.01 * random());
    const [a, b] = await raceOnHandClock({ a: jitter, b: jitter });
    assert.equal(compare(a.samples, b.samples).verdict, 'same', `seed ${seed}`);

    const clock = handClock();
    const storm = weather(clock, random, 3);
    const [c, d] = await raceOnHandClock({ c: () => 20 * storm(), d: () => 20 * storm() }, clock);
    const { verdict } = compare(c.samples, d.samples);
    if (verdict === 'a' || verdict === 'b') wrong++;
    if (verdict === 'same') blind++;
  }
  assert.ok(wrong <= 2, `${wrong} of 100 noisy runs named a winner where there is none`);
  assert.ok(blind <= 5, `${blind} of 100 noisy runs claimed to see that there is no difference`);

  const clock = handClock();
  const storm = weather(clock, seededRandom(5), 3);
  const said = sentences(
    runOf(await raceOnHandClock({ c: () => 20 * storm(), d: () => 20 * storm() }, clock)),
  );
  assert.ok(said.some(({ met, text }) => !met && /No winner is called on one/.test(text)));
  assert.ok(said.some(({ text }) => /too noisy for a verdict/.test(text)));
});

test('what slows the machine for a while slows all, and leaves the verdict as it was', async () => {
  let turn = 0;
  const slow = () => (++turn % 40 < 15 ? 3 : 1);
  const [a, b] = await raceOnHandClock({ a: () => 10 * slow(), b: () => 20 * slow() });
  assert.equal(compare(a.samples, b.samples).verdict, 'a');
});

test('it waits until times have settled, and says when they have not', async () => {
  const clock = handClock();
  let calls = 0;
  const warming = () => (calls++ < 40 ? 100 : 10);
  const [late] = (
    await finish(race(contestants(clock, { late: warming }), PACE, { time: clock.read, step: 0.001 }))
  ).result;
  assert.ok(late.steady);
  assert.ok(
    late.samples.every((one) => Math.abs(one - 10) < 1e-6),
    'no sample is of the slow beginning',
  );

  let cost = 10;
  const rising = () => (cost *= 1.02);
  const hasty = { ...PACE, warmUpTime: 3 };
  const other = handClock();
  const [unsteady] = (
    await finish(race(contestants(other, { rising }), hasty, { time: other.read, step: 0.001 }))
  ).result;
  assert.equal(unsteady.steady, false);
});

test('a stall while it warms up leaves the samples as long as they must be', async () => {
  const clock = handClock();
  let calls = 0;
  const stalling = () => (calls++ === 0 ? 1e5 : 10);
  const [result] = (
    await finish(race(contestants(clock, { stalling }), PACE, { time: clock.read, step: 0.001 }))
  ).result;
  assert.ok(
    calls > PACE.starts * PACE.samples * 50,
    'a sample has many rounds, as if there had been no stall',
  );
  assert.ok(result.samples.every((one) => Math.abs(one - 10) < 1e-3));
  assert.equal(compare([0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1]).verdict, 'noisy');
  assert.equal(compare([1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0]).verdict, 'noisy');
});

test('a coarse clock makes samples longer', async () => {
  const clock = handClock(1);
  let rounds = 0;
  const racer = {
    name: 'a',
    open: () => ({
      round() {
        rounds++;
        clock.pass(0.01);
        return 1000;
      },
    }),
  };
  const [result] = (
    await finish(race([racer], { ...PACE, starts: 2, samples: 2 }, { time: clock.read, step: 1 }))
  ).result;
  for (const sample of result.samples)
    assert.ok(Math.abs(sample - 10) <= 0.1, `${sample} is within one percent of 10 ns`);
  assert.ok(rounds * 0.01 >= 4 * 100, 'each sample lasted at least a hundred steps');

  let time = 0;
  const stepping = () => {
    time += 0.03;
    return Math.floor(time / 0.5) * 0.5;
  };
  assert.equal(clockStep(stepping), 0.5);
});

test('one that traps half-way leaves with its reason, the others go on', async () => {
  const { entrants, reserved, workloads, index } = await knownAllocators();
  const limits = [0, 200_000, 0];
  const tasks = [
    {
      id: 'temporaries',
      title: 'temporaries',
      contestants: entrants.map((entrant, i) => ({
        name: entrant.name,
        async open() {
          const linked = await linkWorkloads(workloads, entrant, reserved);
          linked.allocator.set_cost(0, 0, limits[i]);
          return { round: () => linked.run(index) };
        },
      })),
    },
  ];
  const pace = { starts: 2, samples: 2, sampleTime: 2, warmUpTime: 20 };
  const { result, seen } = await finish(runAll(tasks, pace));
  const [first, trapping, last] = result[0].results;
  assert.match(String(trapping.failure), /unreachable/);
  assert.equal(first.samples.length, 4);
  assert.equal(last.samples.length, 4);
  assert.equal(seen.at(-1)?.done, seen.at(-1)?.of);
  const said = sentences(runOf(result[0].results)).map(({ text }) => text);
  assert.ok(said.some((text) => /failed on “one”: unreachable/.test(text)));
});

test('the seconds of a run are those of its steps, without pauses', async (t) => {
  const { now } = performance;
  t.after(() => Object.assign(performance, { now }));
  let time = 0;
  performance.now = () => (time += 0.001);
  const round = () => {
    time += 1000;
    return 1;
  };
  const contestant = { name: 'a', open: () => ({ round }) };
  const kind = /** @type {any} */ ({
    id: 'paused',
    settings: [],
    pace: () => ({ starts: 1, samples: 2, sampleTime: 0, warmUpTime: 0 }),
    open: () => ({
      entrants: [{ name: 'a' }],
      tasks: [{ id: 'one', title: 'one', contestants: [contestant] }],
    }),
  });
  const { steps } = await openRun(kind, siteWith(), { settings: {}, engine: 'test', cores: 1 });
  for (;;) {
    const { done, value } = await steps.next();
    // The warm-up, the sample that does not count, and two that do.
    if (done) return assert.equal(value.seconds, 4);
    time += 60_000;
  }
});

test('the order of the turns is another on each task, and the same in each run', async () => {
  const tasks = ['one', 'two', 'three'].map((id) => ({
    id,
    title: id,
    contestants: ['a', 'b', 'c', 'd'].map((name) => ({ name, open: () => ({ round: () => 1 }) })),
  }));
  const pace = { starts: 2, samples: 5, sampleTime: 0, warmUpTime: 0 };
  const orders = async () => {
    const { seen } = await finish(runAll(tasks, pace, { step: 0 }));
    return tasks.map(({ id }) => seen.flatMap(({ task, name }) => (task === id ? name : [])).join(''));
  };
  const first = await orders();
  assert.equal(new Set(first).size, tasks.length);
  assert.deepEqual(await orders(), first);
});

test('one whose pages cannot be counted has failed, with the reason', async () => {
  const ways = ['a', 'b'].map((name) => ({ name, open: () => ({ round: () => 1 }) }));
  const also = async () => [{ pages: 3 }, { failure: 'no room' }];
  const pace = { starts: 1, samples: 1, sampleTime: 0, warmUpTime: 0 };
  const { result } = await finish(runAll([{ id: 'x', title: 'x', contestants: ways, also }], pace));
  assert.deepEqual(
    result[0].results.map(({ pages, failure }) => ({ pages, failure })),
    [
      { pages: 3, failure: undefined },
      { pages: undefined, failure: 'no room' },
    ],
  );
  const run = runOf(result[0].results);
  run.tasks = result;
  assert.match(asMarkdown(run), /\| x \| \S+ \(3\) \| failed \(–\) \|/);
  assert.match(asText(run), /\nx +\*\S+ ±\S+ +failed\n/);
});

test('a run that is paused before its first step takes none until it goes on', async (t) => {
  /** @type {(order: object) => void} */
  let send = () => {};
  /** @type {string[]} */
  const answers = [];
  const worker = {
    addEventListener: (/** @type {string} */ _, /** @type {(event: object) => void} */ hear) => {
      send = (order) => hear({ data: order });
    },
    postMessage: ({ type = '' }) => void answers.push(type),
  };
  Object.assign(globalThis, worker);
  t.after(() => {
    for (const name of Object.keys(worker)) Reflect.deleteProperty(globalThis, name);
  });
  t.mock.method(globalThis, 'fetch', async (/** @type {URL | string} */ url) => {
    const headers = { 'content-type': 'application/wasm' };
    return new Response(builtBytes(new URL(url).pathname.slice(1)), { headers });
  });
  await import('../app/measure/worker.js');
  const settings = { pace: 'quick' };
  send({ type: 'run', kind: 'wiring', settings, address: 'http://localhost/', engine: 'test', cores: 1 });
  send({ type: 'pause' });
  const moment = () => new Promise((resolve) => setTimeout(resolve, 5));
  while (!answers.length) await moment();
  // Without a pause, the first warm-up ends in a quarter of a second.
  for (let i = 0; i < 100; i++) await moment();
  assert.deepEqual(answers, ['started']);
  send({ type: 'resume' });
  while (answers.length < 2) await moment();
  assert.deepEqual(answers.slice(0, 2), ['started', 'step']);
  send({ type: 'pause' });
});

test('one that hands out memory in use is found out', async () => {
  const { entrants, reserved, workloads } = await knownAllocators();
  const linked = await linkWorkloads(workloads, entrants[0], reserved);
  const works = listWorkloads(linked, []);
  for (const { index } of works) assert.ok(linked.run(index) > 0, 'an allocator in order passes');
  // free puts the block on a list by its first word; a second free makes one block be handed out twice.
  const block = linked.allocator.malloc(40);
  linked.allocator.free(block);
  linked.allocator.free(block);
  const churn = works.find(({ id }) => id === 'churn_small')?.index ?? -1;
  assert.throws(() => linked.run(churn), /handed out memory that was in use/);
});

/** Allocators of known cost, and one workload with many short calls. */
async function knownAllocators() {
  const { reserved } = JSON.parse(new TextDecoder().decode(builtBytes('bench/bench.json')));
  const module = await WebAssembly.compile(builtBytes('bench/known.wasm'));
  const workloads = await WebAssembly.compile(builtBytes('bench/workloads.wasm'));
  const entrants = ['a', 'b', 'c'].map((name) => ({ name, module }));
  const works = listWorkloads(await linkWorkloads(workloads, entrants[0], reserved), []);
  const index = works.find(({ id }) => id === 'temporaries')?.index ?? -1;
  return { entrants, reserved, workloads, works, index };
}

test('one operation is one call, in every workload', async () => {
  const { entrants, reserved, workloads, works } = await knownAllocators();
  for (const { index, title } of works) {
    const { allocator, run } = await linkWorkloads(workloads, entrants[0], reserved);
    allocator.set_cost(1, 0, 0);
    assert.equal(run(index), allocator.paid(), title);
  }
});

test('in wasm, a cost that is known comes out exactly', async () => {
  const { entrants, reserved, workloads, index } = await knownAllocators();
  const clock = handClock();
  /** One whose calls count so many steps each. It turns the clock by a nanosecond a step. */
  const counting = (/** @type {number} */ steps) => ({
    name: `${steps} steps`,
    async open() {
      const { allocator, run } = await linkWorkloads(workloads, entrants[0], reserved);
      allocator.set_cost(steps, 0, 0);
      return {
        round() {
          const before = allocator.paid();
          const operations = run(index);
          clock.pass(((allocator.paid() - before) >>> 0) / 1e6);
          return operations;
        },
      };
    },
  });
  const exact = await finish(race([counting(3), counting(7)], PACE, { time: clock.read, step: 0.001 }));
  for (const [i, cost] of [3, 7].entries())
    for (const sample of exact.result[i].samples) assert.ok(Math.abs(sample - cost) < 1e-4, `${sample} ns`);
});

test('pages that are known are counted', async () => {
  const { entrants, reserved, workloads, index } = await knownAllocators();
  const pages = async (/** @type {number} */ extra) => {
    const linked = await linkWorkloads(workloads, entrants[0], reserved);
    linked.run(index);
    linked.allocator.set_cost(0, extra, 0);
    for (let i = 0; i < 3; i++) linked.run(index);
    return linked.pages();
  };
  const plain = await pages(0);
  for (const extra of [1, 7, 100]) assert.equal(await pages(extra), plain + extra);
});

test('every allocator of the build runs every workload and every trace', async () => {
  const { tasks, entrants } = await kindOf('allocators').open(siteWith(), { floor: 'yes' });
  assert.ok(tasks.length >= 17, `${tasks.length} workloads and traces`);
  assert.deepEqual(
    entrants.slice(0, 3).map(({ name }) => name),
    ['memory.wasm', 'dlmalloc', 'emmalloc'],
  );
  for (const { title, contestants: racers, also } of tasks) {
    const operations = [];
    for (const { name, open } of racers) {
      const { round } = await open();
      operations.push(await round());
      assert.equal(await round(), operations.at(-1), `${title}, ${name}: a round is always the same`);
    }
    assert.equal(new Set(operations).size, 1, `${title}: all do the same`);
    for (const { pages = 0 } of (await also?.()) ?? [])
      assert.ok(pages >= 1 && pages < 4096, `${title}: ${pages} pages`);
  }
});

test('the sizes are those of the bytes', async () => {
  const { entrants } = await kindOf('allocators').open(siteWith(), {});
  assert.equal(entrants[0].bytes, builtBytes('memory.wasm').length);
  assert.equal(entrants[1].bytes, builtBytes('bench/dlmalloc.small.wasm').length);
  assert.ok(Math.abs((await gzipSize(new Uint8Array(10_000))) - 45) < 20);
  await assert.rejects(kindOf('allocators').open(siteWith('program.wasm'), {}), /does not export malloc/);
});

test('all wirings make the same Records', async () => {
  const { tasks, entrants } = await kindOf('wiring').open(siteWith(), {});
  assert.deepEqual(
    entrants.map(({ name }) => name),
    ['static', 'direct', 'table', 'placeholders', 'rest stubs'],
  );
  for (const { title, contestants: racers } of tasks) {
    for (const { name, open } of racers) {
      const { round } = await open();
      for (let i = 0; i < 3; i++) assert.equal(await round(), 2000, `${title}, ${name}`);
    }
  }
});

test('five percent is met, missed or left open by what was measured', async () => {
  const said = async (/** @type {() => number} */ placeholders, clock = handClock()) => {
    const fixed = {
      static: () => 10,
      direct: () => 10,
      table: () => 12,
      placeholders,
      'rest stubs': () => 30,
    };
    const results = await raceOnHandClock(fixed, clock);
    return sentences(runOf(results, { kind: 'wiring' }))
      .map(({ text }) => text)
      .join('\n');
  };
  const random = seededRandom(11);
  assert.match(
    await said(() => 10.5 * (0.99 + 0.02 * random())),
    /That agrees with the five percent that are often claimed\./,
  );
  assert.match(
    await said(() => 16),
    /1\.60x .* That is more than the five percent that are often claimed: here it is 60 %\./,
  );
  assert.match(await said(() => 10.1), /That is less than the five percent that are often claimed\./);
  const clock = handClock();
  const storm = weather(clock, random, 3);
  assert.match(
    await said(() => 10 * storm(), clock),
    /too noisy to compare that with the five percent that are often claimed\./,
  );
});

/**
 * Puts a clock of the test's own in place of the real one. Time passes when something waits for it, and then
 * at once.
 * @param {import('node:test').TestContext} t
 * @param {number} [leastWait] what the shortest timer takes, in milliseconds
 */
function timersByHand(t, leastWait = 0) {
  const clock = handClock();
  t.mock.method(performance, 'now', clock.read);
  t.mock.method(globalThis, 'setTimeout', (/** @type {() => void} */ go, /** @type {number} */ wait) => {
    const due = clock.read() + Math.max(wait, leastWait);
    setImmediate(() => {
      clock.pass(Math.max(0, due - clock.read()));
      go();
    });
  });
  return clock;
}

/** @param {Run} run */
const textOf = (run) =>
  sentences(run)
    .map(({ text }) => text)
    .join('\n');

test('what one did not finish is left out by name, and the rest is judged', async () => {
  const results = await raceOnHandClock({ ours: () => 10, fast: () => 15, lean: () => 40 });
  const run = runOf(results);
  const pages = [2, 2, 2];
  /** @param {string} id @param {number} failed its place */
  const taskWithout = (id, failed) => ({
    id,
    title: id,
    results: results.map((one, i) =>
      i === failed ? { ...one, samples: [], failure: 'trap' } : { ...one, pages: pages[i] },
    ),
  });
  run.tasks.push(taskWithout('without fast', 1), taskWithout('without ours', 0));
  const said = textOf(run);
  assert.match(said, /^The means leave out .*: without fast; without ours\./m);
  assert.match(said, /^ours failed on “without ours”: trap/m);
  assert.match(
    said,
    /^ours is faster than .* on one \(1\.50x as fast as fast\); without fast \(4\.00x as fast as lean\)\.$/m,
  );
  assert.match(
    said,
    /^On no workload that it finished was ours seen to be slower than the others’ fastest\./m,
  );
  assert.match(said, /^On no workload that it finished does ours take more than 1\.3x the pages/m);
  assert.deepEqual(
    standing(run)?.each.map(({ id }) => id),
    ['one', 'without fast'],
  );

  // Where no workload was finished by all, there are no means, and the pairs are judged.
  run.tasks = [taskWithout('without fast', 1)];
  assert.equal(standing(run), null);
  assert.doesNotMatch(textOf(run), /geometric mean/);
  assert.match(textOf(run), /^ours is faster than .* on without fast \(4\.00x as fast as lean\)/m);

  const ways = { static: 10, direct: 10, table: 12, placeholders: 16, 'rest stubs': 30 };
  const wiring = runOf(
    await raceOnHandClock(Object.fromEntries(Object.entries(ways).map(([name, cost]) => [name, () => cost]))),
    { kind: 'wiring' },
  );
  Object.assign(wiring.tasks[0].results[2], { failure: 'trap' });
  assert.match(textOf(wiring), /^One, placeholders take 1\.60x the time of direct calls/m);
  assert.match(
    textOf(wiring),
    /compared with .*: direct: no difference seen .*; rest stubs: 3\.00x the time/,
  );
  assert.doesNotMatch(textOf(wiring), /table: /);

  const loaded = { 'parallel, streaming': 10, 'parallel, buffered': 10, Emscripten: 20 };
  const loading = runOf(
    await raceOnHandClock(
      Object.fromEntries(Object.entries(loaded).map(([name, cost]) => [name, () => cost])),
    ),
    { kind: 'loading' },
  );
  Object.assign(loading.tasks[0].results[1], { failure: 'trap' });
  assert.match(
    textOf(loading),
    /^Our loader is 2\.00x as fast as Emscripten’s \(.*; 2\.00 to 2\.00 times as fast\)/m,
  );
  assert.doesNotMatch(textOf(loading), /compiling/);

  const shortly = { 'parallel, streaming': 2.6, Emscripten: 2.9 };
  const entries = Object.entries(shortly).map(([name, milliseconds]) => ({
    name,
    samples: Array.from({ length: 15 }, () => 1e6 * milliseconds),
    steady: true,
    operations: 1,
  }));
  assert.match(textOf(runOf(entries, { kind: 'loading' })), /\(2\.60 ms against 2\.90 ms; 1\.12 to/);
});

test('where no difference was seen, the interval is said; five percent is not confirmed by it', async () => {
  /** Samples whose ratios to 100 have a median and an interval that are known. @param {number[]} ratios */
  const entry = (ratios, name = 'other') => ({
    name,
    samples: ratios.map((ratio) => 100 * ratio),
    steady: true,
    operations: 1,
  });
  const even = Array.from({ length: 15 }, () => 1);
  const unsure = [...Array(5).fill(1), ...Array(5).fill(1.03), ...Array(5).fill(1.06)];
  assert.match(
    textOf(runOf([entry(even, 'ours'), entry(unsure)])),
    /No difference was seen on one \(1\.00 to 1\.06 times as fast as other\)\./,
  );
  const wiring = runOf([entry(even, 'static'), entry(even, 'direct'), entry(unsure, 'placeholders')], {
    kind: 'wiring',
  });
  assert.match(textOf(wiring), /That shows no cost, but does not rule out the five percent/);

  const wild = even.map((_, i) => 1 + (i % 5));
  wiring.tasks[0].results.push(entry(wild, 'table'));
  const [rest] = sentences(wiring).filter(({ text }) => /statically linked/.test(text));
  assert.match(rest.text, /table: too noisy to say/);
  assert.equal(rest.met, false, 'what could not be decided is not met');
});

test('a yardstick is never marked as the least', async () => {
  const run = runOf(await raceOnHandClock({ a: () => 10, b: () => 25, floor: () => 5 }));
  run.entrants[2].yardstick = true;
  assert.match(asText(run), /one +\*10\.0 ±0% +25\.0 ±0% +5\.00 ±0%/);
  assert.match(asText(run), /^\* the least, a yardstick aside /m);
});

test('a slow line is as slow as it says, and its transfers share it', async (t) => {
  const clock = timersByHand(t);
  const bytes = new Uint8Array(25_000).map((_, i) => i);
  const files = new Map([
    ['a', { bytes, type: 'application/wasm' }],
    ['b', { bytes, type: 'application/wasm' }],
  ]);
  const line = new SlowLine({ latency: 30, megabits: 2 }, files);
  const before = clock.read();
  const [a] = await Promise.all(
    ['a', 'b'].map(async (file) => new Uint8Array(await (await line.fetch(file)).arrayBuffer())),
  );
  const took = clock.read() - before;
  assert.deepEqual(a, bytes);
  // 50,000 bytes at 2 Mbit/s are 200 ms, and the latency passes once for both.
  assert.ok(Math.abs(took - 230) < 1e-6, `${took} ms`);
  assert.equal((await line.fetch('c')).status, 404);
});

test('a slow line is no slower where timers are coarse, for one file or for several', async (t) => {
  // Browsers make timers that follow each other wait for four milliseconds at least.
  const COARSE = 4;
  const clock = timersByHand(t, COARSE);
  const file = { bytes: new Uint8Array(100_000), type: 'application/wasm' };
  const files = new Map(['a', 'b'].map((name) => [name, file]));
  for (const [megabits, due] of [
    [5, 160],
    [20, 40],
    [100, 8],
  ]) {
    for (const names of [['a'], ['a', 'b']]) {
      const line = new SlowLine({ latency: 0, megabits }, files);
      const before = clock.read();
      await Promise.all(names.map((name) => line.transfer(name)));
      const late = clock.read() - before - due * names.length;
      assert.ok(late > -1e-6, `${names.length} at ${megabits} Mbit/s came ${-late} ms early`);
      assert.ok(late <= COARSE, `${names.length} at ${megabits} Mbit/s came ${late} ms late`);
    }
  }
});

test('a file that its receiver cancels leaves the line to the others', async (t) => {
  const clock = timersByHand(t);
  const file = { bytes: new Uint8Array(25_000), type: 'application/wasm' };
  const line = new SlowLine(
    { latency: 0, megabits: 2 },
    new Map([
      ['a', file],
      ['b', file],
    ]),
  );
  const before = clock.read();
  const [unwanted, wanted] = await Promise.all(['a', 'b'].map((name) => line.fetch(name)));
  await unwanted.body?.cancel();
  assert.equal((await wanted.arrayBuffer()).byteLength, 25_000);
  assert.ok(clock.read() - before < 110, 'the line is free of it');
});

const leb = (/** @type {number[]} */ numbers) => numbers.flatMap(leb128);

test('a trace is read as it was written, and a damaged one is refused', () => {
  const magic = [...'HLT1'].map((letter) => letter.charCodeAt(0));
  // malloc 12, calloc 300, realloc block 0 to 99, free block 1, malloc 5 (takes the slot that was left), free
  // block 0
  const steps = [
    12 * 4 + MALLOC,
    300 * 4 + CALLOC,
    0 * 4 + REALLOC,
    99,
    2 * 4 + FREE,
    5 * 4 + MALLOC,
    1 * 4 + FREE,
  ];
  const good = new Uint8Array([...magic, 2, 0x68, 0x69, ...leb([6, ...steps])]);
  const { title, slots, steps: read } = readTrace(good);
  assert.equal(title, 'hi');
  assert.equal(slots, 2);
  assert.deepEqual(
    [...read],
    [
      0 * 4 + MALLOC,
      12,
      1 * 4 + CALLOC,
      300,
      0 * 4 + REALLOC,
      99,
      1 * 4 + FREE,
      0,
      1 * 4 + MALLOC,
      5,
      0 * 4 + FREE,
      0,
    ],
  );
  assert.throws(() => readTrace(good.subarray(0, good.length - 1)), /damaged/);
  assert.throws(() => readTrace(new Uint8Array([...magic, 0, ...leb([1, 9 * 4 + FREE])])), /damaged/);
  const endless = new Uint8Array([...magic, 0, ...leb([2 ** 34, 12 * 4 + MALLOC])]);
  assert.throws(() => readTrace(endless, 'x.trace'), /^RangeError: x\.trace is damaged\.$/);
  assert.throws(() => readTrace(new Uint8Array([1, 2, 3, 4, 5]), 'x.trace'), /x\.trace is no trace/);
});

/** A storage with room for so many letters. @param {number} room */
function storageOf(room) {
  /** @type {Map<string, string>} */
  const map = new Map();
  return {
    getItem: (/** @type {string} */ key) => map.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => {
      const others = [...map].reduce((sum, [other, text]) => sum + (other === key ? 0 : text.length), 0);
      if (others + value.length > room) throw new DOMException('full', 'QuotaExceededError');
      map.set(key, value);
    },
    removeItem: (/** @type {string} */ key) => void map.delete(key),
  };
}

test('runs are kept as far as there is room, and never where that is forbidden', async () => {
  const results = await raceOnHandClock({ a: () => 10, b: () => 12 });
  const runOn = (/** @type {number} */ day) => runOf(results, { date: `2026-01-0${day}T00:00:00.000Z` });

  const roomy = storageOf(1e6);
  const store = new RunStore(() => roomy);
  for (const day of [1, 2, 3]) assert.equal(store.keep(runOn(day)), '');
  assert.deepEqual(
    store.list('allocators').map(({ date }) => date.slice(8, 10)),
    ['03', '02', '01'],
  );
  assert.deepEqual(store.list('wiring'), []);
  store.clear();
  assert.deepEqual(store.list(), []);

  const small = storageOf(2.5 * JSON.stringify(runOn(1)).length);
  const tight = new RunStore(() => small);
  for (const day of [1, 2]) assert.equal(tight.keep(runOn(day)), '');
  assert.match(tight.keep(runOn(3)), /room for 2 runs only/);
  assert.deepEqual(
    tight.list().map(({ date }) => date.slice(8, 10)),
    ['03', '02'],
  );

  const huge = { ...runOn(4), engine: 'x'.repeat(3 * JSON.stringify(runOn(1)).length) };
  assert.match(tight.keep(huge), /no room/);
  for (const day of [3, 2])
    assert.deepEqual(tight.load(runOn(day).date), runOn(day), 'nothing was lost for it');
  assert.equal(tight.list().length, 2);
  assert.equal(tight.load(huge.date), null);

  const none = storageOf(0);
  assert.match(new RunStore(() => none).keep(runOn(1)), /no room/);
  const forbidden = new RunStore(() => {
    throw new DOMException('no', 'SecurityError');
  });
  assert.match(forbidden.keep(runOn(1)), /does not let the page keep anything/);
  assert.deepEqual(forbidden.list(), []);
  forbidden.clear();
  const broken = { ...storageOf(0), removeItem: () => assert.fail('broken') };
  assert.match(new RunStore(() => broken).keep(runOn(1)), /failed to keep this run/);

  roomy.setItem('heap-lab-runs', '{ broken');
  assert.deepEqual(store.list(), [], 'what was damaged counts as nothing');
  const { date, kind, engine, settings } = runOn(1);
  roomy.setItem('heap-lab-runs', JSON.stringify([null, { date, kind, engine, settings }]));
  roomy.setItem(`heap-lab-run ${date}`, JSON.stringify({ version: 1, kind }));
  assert.equal(store.list().length, 1);
  assert.equal(store.load(date), null, 'a run without its figures is none');
  for (const missing of Object.keys(runOn(1)).filter((key) => key !== 'unit')) {
    const damaged = JSON.stringify({ ...runOn(1), [missing]: undefined });
    roomy.setItem(`heap-lab-run ${date}`, damaged);
    assert.equal(store.load(date), null, `a run without ${missing} is none`);
  }
});

test('runs of different times differ only where their intervals do not touch', () => {
  const around = (/** @type {number} */ cost) =>
    Array.from({ length: 15 }, (_, i) => cost * (1 + 0.004 * (i - 7)));
  assert.equal(compareApart(around(10), around(20)).verdict, 'a');
  assert.equal(compareApart(around(20), around(10)).verdict, 'b');
  assert.equal(compareApart(around(10), around(10.1)).verdict, 'same');
});

test('an earlier run under other conditions is compared with a note of each', async () => {
  const settings = { latency: '60', megabits: '5', pace: 'quick' };
  const run = runOf(await raceOnHandClock({ a: () => 10, b: () => 10 }), { kind: 'loading', settings });
  const before = runOf(await raceOnHandClock({ a: () => 30, b: () => 30 }), {
    kind: 'loading',
    settings: { ...settings, latency: '200', pace: 'normal' },
    cores: 8,
  });
  Object.assign(before.tasks[0].results[1], { failure: 'trap' });
  assert.deepEqual(differences(run, before), {
    summary:
      'The earlier run had another number of cores: 8. The earlier run had other settings ' +
      '(200 ms; normal pace), which may change the figures too. No difference seen in 0 of 1 figures.',
    changes: ['one, a: 3.00x as fast as then'],
  });
});

test('a run says the same as table, CSV and Markdown', async () => {
  const results = await raceOnHandClock({ 'memory.wasm': () => 10, other: () => 25 });
  const run = runOf(results);
  assert.match(asText(run), /one +\*10\.0 ±0% +25\.0 ±0%/);
  assert.match(asText(run), /hand clock, 1 core; test/);
  const lines = asCsv(run).trim().split('\r\n');
  assert.equal(lines.length, 1 + 2 * PACE.starts * PACE.samples);
  assert.match(lines[1], /^"2026-01-02T03:04:05.000Z","allocators","hand clock","1","test","one",/);
  assert.match(lines[1], /,"one","memory.wasm","1","(10|9\.9999\d*)","2",""$/);
  assert.match(asText(run), /\n4 starts of 4 samples each; test pace; the clock/);
  const once = { ...PACE, starts: 1, samples: 1 };
  const settings = { pace: 'quick', only: 'jq', floor: 'yes', unknown: 'x' };
  assert.match(
    asText({ ...run, settings, pace: once }),
    /\n1 start of 1 sample; quick pace, only workloads with jq, with a yardstick, unknown x; the clock/,
  );
  assert.match(
    asText({
      ...run,
      kind: 'loading',
      settings: { latency: '20', megabits: '5', pace: 'quick' },
      pace: once,
    }),
    /\n1 start of 1 sample; 20 ms, 5 Mbit\/s, quick pace; the clock/,
  );
  assert.match(asMarkdown(run), /\| one \| 10\.0 \(2\) \| 25\.0 \(2\) \|/);
  assert.match(
    asMarkdown(run),
    /^\*\*Allocators, 2026-01-02 03:04 UTC, in 1 s\.\*\* hand clock, 1 core; test\./,
  );
});

test('the goals are held against the fastest, the leanest and the smallest', async () => {
  const results = await raceOnHandClock({ ours: () => 10, fast: () => 15, lean: () => 40 });
  const pages = [6, 8, 4];
  const run = runOf(results);
  run.tasks[0].results = results.map((one, i) => ({ ...one, pages: pages[i] }));
  const result = standing(run);
  assert.equal(result?.fastest, 'fast');
  assert.equal(result?.leanest, 'lean');
  assert.ok(Math.abs(Number(result?.speed) - 1.5) < 1e-6);
  assert.equal(result?.pages, 1.5);
  const said = sentences(run);
  assert.ok(said.some(({ met, text }) => !met && /^Speed: by geometric mean, ours is 1\.50x/.test(text)));
  assert.ok(
    said.some(
      ({ met, text }) =>
        !met && /ours takes more than 1\.3x the pages of the leanest on one \(1\.50x of lean\)/.test(text),
    ),
  );
  assert.deepEqual(
    said.filter(({ text }) => text.startsWith('Size')),
    [
      { met: true, text: 'Size: ours has 1000 bytes (goal: at most 2982).' },
      {
        met: true,
        text:
          'Size with gzip: ours has 500 bytes. The smallest of the others, fast, has 501 ' +
          '(without gzip 1001), in its smallest build, not in the one that is timed.',
      },
    ],
  );
  assert.equal(means(run).length, 3);
  assert.equal(
    said.findIndex(({ met }) => met) > said.findLastIndex(({ met }) => !met),
    true,
    'what is lost comes first',
  );
});

/** A kind that no other file knows of. @type {import('../app/measure/kinds/kind.js').Kind} */
const FOURTH = {
  id: 'maps',
  heading: 'What maps cost',
  title: 'Maps & objects',
  about: '<p>The same keys, in two ways.</p>',
  settings: [
    {
      name: 'keys',
      type: 'choice',
      help: 'how many keys there are',
      label: 'Keys',
      choices: { 10: 'ten', 1000: 'a thousand' },
      initial: '10',
      inWords: (value) => `${value} keys`,
    },
  ],
  unit: { name: 'µs per key', nanoseconds: 1000 },
  table: { rows: 'tasks', hasMean: true },
  needsBrowser: false,
  pace: () => PACE,
  async open(site, { keys }) {
    const { sdk } = JSON.parse(new TextDecoder().decode(await site.read('bench/bench.json')));
    const ways = [
      { name: 'map', ours: true, rounds: () => Number(keys) },
      { name: 'object', rounds: () => 2 * Number(keys) },
    ];
    const task = (/** @type {string} */ id) => ({
      id,
      title: `${id}, ${sdk ? 'built' : ''}`,
      contestants: ways.map(({ name, rounds }) => ({ name, open: () => ({ round: rounds }) })),
    });
    return { entrants: ways.map(({ name, ours }) => ({ name, ours })), tasks: ['add', 'find'].map(task) };
  },
  sentences: ({ tasks }) => [{ met: true, text: `Maps were measured on ${tasks.length} tasks.` }],
};

/** As much of an element as the page's functions need. @param {string} tag */
function fakeElement(tag) {
  /** @type {any[]} */
  const children = [];
  const append = (/** @type {any[]} */ ...more) => void children.push(...more);
  return { tag, children, append, setAttribute() {} };
}

/** The text of such elements, one line for each row or paragraph. @param {any} element @returns {string[]} */
function linesOf(element) {
  const text = (/** @type {any} */ node) =>
    typeof node === 'string' ? node : node.children.map(text).join(node.tag === 'tr' ? '|' : '');
  if (['caption', 'tr', 'p', 'li', 'figcaption'].includes(element.tag)) return [text(element)];
  return typeof element === 'string' ? [element] : element.children.flatMap(linesOf);
}

test('a fourth kind of measurement is one file and one line', async (t) => {
  KINDS.push(FOURTH);
  t.after(() => KINDS.pop());

  // The document.
  const html = await withSections(await readFile(new URL('../web/measure.html', import.meta.url), 'utf8'));
  const ids = [...html.matchAll(/<section id="(\w+)" class="measure"/g)].map(([, id]) => id);
  assert.deepEqual(
    ids,
    KINDS.map(({ id }) => id),
  );
  assert.equal(ids.at(-1), 'maps');
  assert.match(html, /On this page: .*<a href="#maps">maps<\/a>/);
  assert.match(html, /<h2 id="maps-title">What maps cost<\/h2>\s+<p>The same keys, in two ways\.<\/p>/);
  assert.match(
    html,
    /Keys <select name="keys"><option value="10" selected>ten<\/option><option value="1000">/,
  );

  // A link to it, and its run.
  const kind = kindOf('maps');
  const about = { engine: 'Node', cores: 1 };
  await assert.rejects(openRun(kind, siteWith(), { ...about, settings: { keys: '11' } }), {
    message: 'There is no “11” for keys.',
    remedy: 'Choose one of these: 10, 1000; or leave it out.',
  });
  const disordered = {
    ...FOURTH,
    /** @type {typeof FOURTH.open} */
    open: async (site, settings) => {
      const { entrants, tasks } = await FOURTH.open(site, settings);
      return { entrants: entrants.toReversed(), tasks };
    },
  };
  await assert.rejects(openRun(disordered, siteWith(), { ...about, settings: {} }), {
    message: 'The contestants of “add, built” are map, object, not object, map.',
  });
  const { run: begun, steps } = await openRun(kind, siteWith(), { ...about, settings: { keys: '1000' } });
  assert.deepEqual(begun.tasks, []);
  const { result: run, seen } = await finish(steps);
  assert.deepEqual(
    seen.flatMap(({ result }) => result?.title ?? []),
    ['add, built', 'find, built'],
  );
  assert.equal(run.tasks[1].results[1].samples.length, PACE.starts * PACE.samples);

  // What is said of it, here with samples that are known.
  const known = { map: [2000, 2000, 2000], object: [4000, 4000, 4000] };
  const results = Object.entries(known).map(([name, samples]) => ({
    name,
    samples,
    steady: true,
    operations: 1,
  }));
  const one = { ...run, tasks: run.tasks.map((task) => ({ ...task, results })) };
  assert.deepEqual(sentences(one), [{ met: true, text: 'Maps were measured on 2 tasks.' }]);
  assert.match(asText(one), /^Maps & objects, .*; 1000 keys; the clock steps by/s);
  assert.match(asText(one), /\nµs per key +map +object\nadd, built +\*2\.00 ±0% +4\.00 ±0%\n/);
  assert.match(asText(one), /\ngeometric mean +2\.00 +4\.00\n/);
  assert.match(asMarkdown(one), /\| µs per key \| map \| object \|\n.*\n\| add, built \| 2\.00 \| 4\.00 \|/);
  assert.match(asMarkdown(one), /\n\| geometric mean \| 2\.00 \| 4\.00 \|/);
  assert.match(asCsv(one), /"maps",.*"find, built","object","3","4000"/);
  assert.equal(JSON.parse(asJson([one]))[0].kind, 'maps');

  // What the page shows of it.
  Object.assign(globalThis, { document: { createElement: fakeElement } });
  t.after(() => Reflect.deleteProperty(globalThis, 'document'));
  const table = tableOf(one);
  assert.deepEqual(linesOf(table), [
    'µs per key; the least in bold',
    '|● map|■ object',
    'add, built|2.00 ± 0.0 %|4.00 ± 0.0 %',
    'find, built|2.00 ± 0.0 %|4.00 ± 0.0 %',
    'geometric mean|2.00|4.00',
  ]);
  const chart = document.createElement('div');
  const shown = shownOf(one, { table, chart, isDone: true }).flatMap(linesOf);
  assert.ok(shown.includes('Maps were measured on 2 tasks.'));
  assert.match(shown.join('\n'), /^Maps & objects, .*\n.*\nMedians, in µs per key\./s);

  // The device keeps it, and compares it with another.
  const storage = storageOf(1e6);
  const store = new RunStore(() => storage);
  assert.equal(store.keep(one), '');
  const [head] = store.list('maps');
  assert.match(inList(head), /UTC, Node, 1000 keys$/);
  assert.deepEqual(differences(one, /** @type {Run} */ (store.load(head.date))), {
    summary: 'No difference seen in 4 of 4 figures.',
    changes: [],
  });
});

test('no file but those of the kinds asks which kind it is', async () => {
  const root = new URL('../', import.meta.url);
  const files = ['scripts/bench.mjs', 'scripts/bench-browser.mjs', 'scripts/sections.mjs'];
  for (const folder of ['app/measure', 'app/chart', 'app/timing']) {
    const own = (await readdir(new URL(folder, root))).filter((file) => file.endsWith('.js'));
    files.push(...own.map((file) => `${folder}/${file}`));
  }
  for (const file of files) {
    const source = await readFile(new URL(file, root), 'utf8');
    assert.doesNotMatch(
      source,
      /[!=]== '(wiring|loading|allocators)'|case '(wiring|loading|allocators)'/,
      file,
    );
  }
});

test('loading counts every script of the loader, and both modules', async () => {
  const { sizes } = JSON.parse(new TextDecoder().decode(builtBytes('build.json')));
  const scripts = Object.keys(sizes).filter((file) => file.startsWith('lib/loader/') && file.endsWith('.js'));
  assert.ok(scripts.includes('lib/loader/index.js'));
  const files = [...scripts, 'memory.wasm', 'program.wasm'];
  const { entrants } = await kindOf('loading').open(
    { ...siteWith(), address: new URL('../dist/', import.meta.url).href },
    { latency: '0', megabits: '100' },
  );
  assert.equal(
    entrants[0].bytes,
    files.reduce((sum, file) => sum + sizes[file].raw, 0),
  );
});

test('loading refuses a build that names no script of the loader', async () => {
  const site = siteWith();
  const read = async (/** @type {string} */ file) =>
    file === 'build.json' ? new TextEncoder().encode('{ "sizes": {} }') : site.read(file);
  await assert.rejects(kindOf('loading').open({ ...site, read }, { latency: '0', megabits: '5' }), {
    message: 'build.json names no script of the loader.',
    remedy: 'Build the site again.',
  });
});

test('the marks of a chart differ in shape and in sign', () => {
  /** What a mark draws, as the calls that it makes. @param {number} series */
  const drawn = (series) => {
    /** @type {unknown[]} */
    const calls = [];
    const ctx = new Proxy(/** @type {any} */ ({ lineWidth: 1 }), {
      get: (target, name) =>
        target[name] ?? ((/** @type {number[]} */ ...values) => calls.push([name, ...values])),
      set: (_, name, value) => calls.push([name, value]) > 0,
    });
    markOf(series).draw(ctx, { x: 0, y: 0, size: 5, paper: 'white' });
    assert.match(JSON.stringify(calls), /"(fill|stroke)"/);
    return JSON.stringify(calls);
  };
  const each = [...MARKS.keys()];
  assert.ok(each.length >= 6);
  assert.equal(new Set(each.map((series) => markOf(series).sign)).size, MARKS.length);
  assert.equal(new Set(each.map(drawn)).size, MARKS.length);
  assert.equal(markOf(MARKS.length), markOf(0), 'the first one again, after the last');
});

test('what README.md gets has no line that is too long, but for the rows of tables', () => {
  const long = `- ${'word '.repeat(60).trim()}`;
  const lines = wrapped(long).split('\n');
  assert.ok(lines.length > 1 && lines.every((line) => line.length <= 110));
  assert.ok(lines.slice(1).every((line) => /^ {2}word/.test(line)));
  assert.equal(lines.map((line) => line.trim()).join(' '), long);
  assert.equal(wrapped(`| ${long} |`), `| ${long} |`);
  assert.equal(wrapped(''), '');
});

test('npm run bench prints a table and takes JSON', () => {
  const script = fileURLToPath(new URL('../scripts/bench.mjs', import.meta.url));
  const run = (/** @type {string[]} */ ...args) =>
    execFileSync('node', [script, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  assert.match(run('--list'), /records_at_random +Records at random/);
  const [measured] = JSON.parse(run('--json', '--pace', 'quick', '--only', 'awk'));
  assert.equal(measured.tasks.length, 1);
  assert.equal(measured.entrants[0].name, 'memory.wasm');
  assert.ok(
    measured.tasks[0].results.every(
      (/** @type {{ samples: number[] }} */ { samples }) =>
        samples.length === measured.pace.starts * measured.pace.samples,
    ),
  );
  assert.match(run('--pace', 'quick', '--only', 'stack'), /ns per operation .*\nstack-like/);
  assert.throws(() => run('--only', 'nonsense'), /No workload has “nonsense” in its name.*stack-like/);
  assert.throws(
    () => run('--pace', 'never'),
    /There is no “never” for pace\. Choose one of these: quick, normal, thorough/,
  );
  for (const option of ['--memory', '--bench', '--sdk'])
    assert.throws(
      () => run('--browser', 'chromium', option, 'x'),
      new RegExp(`leave out ${option} or --browser`),
    );
  assert.throws(() => run('--from', 'package.json'), /package\.json has no runs in it/);
  assert.throws(
    () => run('--frm', 'x'),
    /^Error: Command failed: .*\nUnknown option '--frm'.* See --help\.\n$/,
  );
  assert.match(run('--list', '--what', 'loading'), /first-address +60 ms, 5 Mbit\/s\n/);
  assert.match(run('--list', '--what', 'loading', '--latency', '200'), /first-address +200 ms, 5 Mbit\/s\n/);
  assert.match(run('--list', '--only', 'churn, 8-128 B'), /^churn_small +churn, 8-128 B\n$/);
  assert.throws(
    () => run('--what', 'wiring', '--only', 'x'),
    /--only is no setting of wiring: leave it out, or choose another --what/,
  );
  const usage = run('--help');
  for (const name of KINDS.flatMap(({ settings }) => settings.map((one) => one.name)))
    assert.match(usage, new RegExp(`\\n  --${name} `));
  assert.throws(() => run('--from', 'x', '--readme'), /leave out --from or --readme/);
});
