/** Who supplies which import, and when: decided on plain data, without any module of WebAssembly. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoadError, offers, refuse, resolve } from '../lib/loader/index.js';

/** @typedef {import('../lib/loader/describe.js').Description} Description */
/** @typedef {import('../lib/loader/resolve.js').Resolution} Resolution */

/**
 * A module, its imports and exports written `kind from.name` and `kind name`; without a kind, they are
 * functions.
 *
 * @param {string} name
 * @param {{ imports?: string[], exports?: string[], weak?: string[], needed?: string[] }} parts
 * @returns {Description}
 */
function moduleOf(name, { imports = [], exports = [], weak = [], needed = [] }) {
  const sizes = { memorySize: 0, memoryAlign: 1, tableSize: 0, tableAlign: 1 };
  return {
    name,
    imports: imports.map((text) => {
      const [, kind = 'function', from, own] = /** @type {any} */ (/^(?:(\w+) )?(.*)\.(\w+)$/.exec(text));
      return { from, name: own, kind };
    }),
    exports: exports.map((text) => {
      const [own, kind = 'function'] = /** @type {any} */ (text.split(' ').reverse());
      return { name: own, kind };
    }),
    dylink: { ...sizes, needed, weak },
  };
}

/**
 * A function that a caller passes, or with `more`, something else.
 * @param {string} from
 * @param {string} name
 * @param {any} [more]
 * @returns {any}
 */
const passed = (from, name, more) => ({ from, name, kind: 'function', addressable: true, ...more });

/** @param {Resolution} resolution @returns {string[]} each import that is supplied, in short */
function inShort({ bindings }) {
  return bindings.map(({ module, from, name, by, provider, as }) => {
    const supplier = provider === undefined ? by : `${by} ${provider}`;
    return `${module}: ${from}.${name} by ${supplier} as ${as}`;
  });
}

/** @param {Resolution} resolution @returns {string[]} each problem, in short */
function problemsOf({ problems }) {
  return problems.map(({ problem, module, from, name }) =>
    [problem, module, from, name].filter(Boolean).join(' '),
  );
}

test('the caller comes before the loader, the loader before modules, modules before nobody', () => {
  const imports = ['env.f', 'global GOT.func.f', 'global env.__heap_base', 'global GOT.mem.__heap_base'];
  const user = moduleOf('user', { imports, weak: ['f', '__heap_base'] });
  const other = moduleOf('other', { exports: ['f', 'global __heap_base'] });
  const supplied = [
    passed('env', 'f'),
    passed('env', '__heap_base', { kind: 'global' }),
    passed('GOT.mem', '__heap_base', { kind: 'global' }),
  ];
  assert.deepEqual(inShort(resolve({ modules: [user, other], supplied })), [
    'user: env.f by caller as value',
    'user: GOT.func.f by caller as entry',
    'user: env.__heap_base by caller as value',
    'user: GOT.mem.__heap_base by caller as value',
  ]);
  assert.deepEqual(inShort(resolve({ modules: [user, other] })), [
    'user: env.f by module other as export',
    'user: GOT.func.f by module other as entry',
    'user: env.__heap_base by loader as value',
    'user: GOT.mem.__heap_base by loader as entry',
  ]);
  assert.deepEqual(inShort(resolve({ modules: [user, other], offered: [] })).slice(2), [
    'user: env.__heap_base by module other as export',
    'user: GOT.mem.__heap_base by module other as entry',
  ]);
  assert.deepEqual(inShort(resolve({ modules: [user], offered: [] })), [
    'user: env.f by nobody as nothing',
    'user: GOT.func.f by nobody as entry',
    'user: env.__heap_base by nobody as nothing',
    'user: GOT.mem.__heap_base by nobody as entry',
  ]);
});

test('a value that the caller passes for an entry of the offset table is given as it is', () => {
  const user = moduleOf('user', { imports: ['global GOT.func.f'] });
  const supplied = [passed('GOT.func', 'f', { kind: 'global' }), passed('env', 'f')];
  const resolution = resolve({ modules: [user], supplied });
  assert.deepEqual(inShort(resolution), ['user: GOT.func.f by caller as value']);
  assert.deepEqual(resolution.offsetTable, []);
});

test('of two modules that export a name, the first supplies it, also to itself and to the other', () => {
  const parts = { imports: ['env.f', 'global GOT.func.f'], exports: ['f'] };
  const resolution = resolve({ modules: [moduleOf('a', parts), moduleOf('b', parts)] });
  assert.deepEqual(inShort(resolution), [
    'a: env.f by module a as placeholder',
    'a: GOT.func.f by module a as entry',
    'b: env.f by module a as export',
    'b: GOT.func.f by module a as entry',
  ]);
  assert.deepEqual(resolution.offsetTable, [{ from: 'GOT.func', name: 'f', by: 'module', provider: 'a' }]);
});

test('the offset table has one entry for each symbol, and says what fills it', () => {
  const imports = ['global GOT.mem.datum', 'global GOT.func.f', 'global GOT.mem.__stack_low'];
  const a = moduleOf('a', { imports: [...imports, 'global GOT.mem.optional'], weak: ['optional'] });
  const b = moduleOf('b', { imports, exports: ['global datum'] });
  const { offsetTable, problems } = resolve({ modules: [a, b], supplied: [passed('env', 'f')] });
  assert.deepEqual(problems, []);
  assert.deepEqual(offsetTable, [
    { from: 'GOT.mem', name: 'datum', by: 'module', provider: 'b' },
    { from: 'GOT.func', name: 'f', by: 'caller', under: 'env' },
    { from: 'GOT.mem', name: '__stack_low', by: 'loader' },
    { from: 'GOT.mem', name: 'optional', by: 'nobody' },
  ]);
});

test('a function and a datum of one name have two entries', () => {
  const user = moduleOf('user', { imports: ['global GOT.mem.x', 'global GOT.func.x'], weak: ['x'] });
  assert.equal(resolve({ modules: [user] }).offsetTable.length, 2);
});

test('only an import that is weak in its own module may stay empty', () => {
  const weak = moduleOf('weak', { imports: ['env.f'], weak: ['f'] });
  const strong = moduleOf('strong', { imports: ['env.f'] });
  const resolution = resolve({ modules: [weak, strong] });
  assert.deepEqual(inShort(resolution), ['weak: env.f by nobody as nothing']);
  assert.deepEqual(problemsOf(resolution), ['missing strong env f']);
});

test('all problems are listed, whatever they are, and what can be decided is decided', () => {
  const user = moduleOf('user', {
    imports: ['env.none', 'env.datum', 'global GOT.func.js', 'global wasi.x', 'env.f', 'global env.g'],
    exports: ['global g'],
    needed: ['libc.so'],
  });
  const other = { ...moduleOf('other', { exports: ['f', 'global datum', 'global x'] }), dylink: null };
  const resolution = resolve({
    modules: [user, other],
    supplied: [passed('env', 'js', { addressable: false })],
  });
  assert.deepEqual(problemsOf(resolution), [
    'missing user env none',
    'kind user env datum',
    'address user GOT.func js',
    'missing user wasi x',
    'library user libc.so',
    'format other',
    'circle user env g',
  ]);
  assert.deepEqual(inShort(resolution), ['user: env.f by module other as export']);
});

/** The message and the remedies for problems. @param {Resolution} resolution @returns {LoadError} */
function refused({ problems }) {
  try {
    refuse(problems);
  } catch (error) {
    assert.ok(error instanceof LoadError);
    assert.equal(error.problems, problems);
    return error;
  }
  assert.fail('nothing was refused');
}

test('what the loader has as another kind is a problem, and no module is asked instead', () => {
  const user = moduleOf('user', { imports: ['env.__heap_base'] });
  const other = moduleOf('other', { exports: ['__heap_base'] });
  const resolution = resolve({ modules: [user, other] });
  assert.deepEqual(problemsOf(resolution), ['kind user env __heap_base']);
  const message = 'user takes __heap_base for a function, but the loader supplies it as a global.';
  assert.equal(refused(resolution).message, message);
});

test('a missing import has a remedy that can help: modules supply symbols only', () => {
  const remedyFor = (/** @type {string} */ name) =>
    refused(resolve({ modules: [moduleOf('user', { imports: [name] }), moduleOf('o', { exports: ['x'] })] }))
      .remedy;
  assert.equal(remedyFor('wasi.x'), 'Pass it in the imports under wasi.');
  assert.equal(remedyFor('env.y'), 'Link a module that exports it, or pass it in the imports under env.');
  assert.equal(remedyFor('global GOT.func.y'), remedyFor('env.y'));
  const datum = { supplied: [passed('env', 'y', { kind: 'global' })] };
  const user = moduleOf('user', { imports: ['global GOT.mem.y'] });
  assert.match(refused(resolve({ modules: [user], ...datum })).remedy, /in the imports under GOT\.mem\.$/);
});

test('the imports of a module that is no side module are not looked at', () => {
  const plain = { ...moduleOf('plain', { imports: ['wasi.a', 'env.f'], exports: ['g'] }), dylink: null };
  const user = moduleOf('user', { imports: ['env.none'] });
  const resolution = resolve({ modules: [plain, user], supplied: [passed('env', 'f')] });
  assert.deepEqual(problemsOf(resolution), ['format plain', 'missing user env none']);
  assert.deepEqual(resolution.bindings, []);
});

test('only a symbol is weak, and only a function or a number can stand for none', () => {
  const imports = ['wasi.g', 'memory env.g', 'table env.g', 'tag env.g', 'env.g', 'global env.g'];
  const user = moduleOf('user', { imports, weak: ['g'] });
  const resolution = resolve({ modules: [user] });
  assert.deepEqual(problemsOf(resolution), ['missing user wasi g', ...Array(3).fill('missing user env g')]);
  assert.deepEqual(
    resolution.bindings.map(({ kind, as }) => `${kind} ${as}`),
    ['function nothing', 'global nothing'],
  );
});

test('a function of which nobody knows whether it can have an address is taken to have one', () => {
  const user = moduleOf('user', { imports: ['global GOT.func.f'] });
  const f = { from: 'env', name: 'f' };
  for (const supply of [f, { ...f, kind: /** @type {const} */ ('function') }])
    assert.deepEqual(inShort(resolve({ modules: [user], supplied: [supply] })), [
      'user: GOT.func.f by caller as entry',
    ]);
  for (const supply of [
    { ...f, addressable: false },
    { ...f, kind: /** @type {const} */ ('global') },
  ])
    assert.deepEqual(problemsOf(resolve({ modules: [user], supplied: [supply] })), [
      'address user GOT.func f',
    ]);
});

test('two modules of one name are a mistake of the caller', () => {
  const modules = [moduleOf('same', {}), moduleOf('other', {}), moduleOf('same', {})];
  assert.throws(() => resolve({ modules }), { name: 'TypeError', message: /name of a module must be/ });
});

test('kinds must match, where they are known', () => {
  const user = moduleOf('user', {
    imports: ['env.f', 'global GOT.mem.f', 'global GOT.func.d', 'tag env.t', 'memory env.__heap_base'],
  });
  const other = moduleOf('other', {
    exports: ['global f', 'f', 'global d', 'global t', 'table __heap_base'],
  });
  const kinds = (/** @type {Resolution} */ { problems }) =>
    problems.map(({ name, expected, actual, by, provider }) => [name, expected, actual, provider ?? by]);
  assert.deepEqual(kinds(resolve({ modules: [user, other] })), [
    ['f', 'function', 'global', 'other'],
    ['d', 'function', 'global', 'other'],
    ['t', 'tag', 'global', 'other'],
    ['__heap_base', 'memory', 'global', 'loader'],
  ]);
  assert.deepEqual(kinds(resolve({ modules: [user, other], offered: [] })).at(-1), [
    ...['__heap_base', 'memory', 'table', 'other'],
  ]);
  const f = { from: 'env', name: 'f' };
  const called = moduleOf('called', { imports: ['env.f'] });
  assert.deepEqual(kinds(resolve({ modules: [called], supplied: [{ ...f, kind: 'memory' }] })), [
    ['f', 'function', 'memory', 'caller'],
  ]);
  // A value of a kind that nobody knows, as a suspending function, is left to the engine.
  assert.deepEqual(inShort(resolve({ modules: [called], supplied: [f] })), [
    'called: env.f by caller as value',
  ]);
});

test('types are optional, and go where their imports go', () => {
  const type = { parameters: ['i32'], results: [] };
  const user = moduleOf('user', { imports: ['env.f', 'env.g'] });
  for (const item of user.imports) item.type = type;
  const { bindings, problems } = resolve({ modules: [user], supplied: [passed('env', 'f')] });
  assert.deepEqual(bindings[0].type, type);
  assert.deepEqual(problems[0].type, type);
});

test('a module is instantiated after those that it imports from', () => {
  const modules = [
    moduleOf('a', { imports: ['env.b'], exports: ['a'] }),
    moduleOf('b', { imports: ['env.c'], exports: ['b'] }),
    moduleOf('c', { imports: ['global GOT.func.a', 'global GOT.mem.b'], exports: ['c'] }),
  ];
  const { order, bindings } = resolve({ modules });
  assert.deepEqual(order, ['c', 'b', 'a'], 'addresses do not count: the offset table is filled last');
  assert.ok(bindings.every(({ as }) => as === 'export' || as === 'entry'));
});

test('without a need for another order, modules keep the order given', () => {
  const modules = ['x', 'y', 'z'].map((name) => moduleOf(name, { exports: [name] }));
  assert.deepEqual(resolve({ modules }).order, ['x', 'y', 'z']);
  assert.deepEqual(resolve({ modules: modules.toReversed() }).order, ['z', 'y', 'x']);
  assert.deepEqual(resolve({ modules: [] }), { bindings: [], offsetTable: [], order: [], problems: [] });
});

test('in a circle of calls, placeholders stand exactly where the provider comes later', () => {
  const names = ['a', 'b', 'c'];
  const modules = names.map((name, i) =>
    moduleOf(name, { imports: [`env.${names[(i + 1) % 3]}`, `env.${name}`], exports: [name] }),
  );
  for (const given of [modules, modules.toReversed()]) {
    const { order, bindings, problems } = resolve({ modules: given });
    assert.deepEqual(problems, []);
    assert.equal(new Set(order).size, 3);
    for (const { module, provider = '', as } of bindings) {
      const isLater = order.indexOf(provider) >= order.indexOf(module);
      assert.equal(as, isLater ? 'placeholder' : 'export');
    }
    assert.equal(
      bindings.filter(({ as }) => as === 'placeholder').length,
      4,
      'three to themselves, one to close',
    );
  }
});

test('a circle of calls and globals is entered where the global is there in time', () => {
  const caller = moduleOf('caller', { imports: ['env.f'], exports: ['global g', 'memory m'] });
  const user = moduleOf('user', { imports: ['global env.g', 'memory env.m'], exports: ['f'] });
  for (const modules of [
    [caller, user],
    [user, caller],
  ]) {
    const { order, bindings, problems } = resolve({ modules });
    assert.deepEqual(problems, []);
    assert.deepEqual(order, ['caller', 'user']);
    assert.deepEqual(bindings.map(({ name, as }) => `${name} ${as}`).toSorted(), [
      'f placeholder',
      'g export',
      'm export',
    ]);
  }
});

test('outside of a circle there is no placeholder, also where a circle is entered at a global', () => {
  const a = moduleOf('a', { imports: ['env.b', 'env.d'], exports: ['global ag'] });
  const b = moduleOf('b', { imports: ['global env.ag'], exports: ['b'] });
  const d = moduleOf('d', { exports: ['d'] });
  const { order, bindings } = resolve({ modules: [a, b, d] });
  assert.deepEqual(order, ['d', 'a', 'b']);
  assert.deepEqual(
    bindings.filter(({ as }) => as === 'placeholder').map(({ name }) => name),
    ['b'],
  );
});

test('of two modules that call each other, the one given second is instantiated first', () => {
  const a = moduleOf('a', { imports: ['env.b'], exports: ['a'] });
  const b = moduleOf('b', { imports: ['env.a'], exports: ['b'] });
  const { order, bindings } = resolve({ modules: [a, b] });
  assert.deepEqual(order, ['b', 'a']);
  assert.deepEqual(
    bindings.map(({ module, as }) => `${module} ${as}`),
    ['a export', 'b placeholder'],
  );
});

test('in any order and any circles, modules wait for all that they can wait for', () => {
  let state = 1;
  const random = (/** @type {number} */ below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  for (let round = 0; round < 2000; round++) {
    const count = 2 + random(6);
    const names = Array.from({ length: count }, (_, i) => `m${i}`);
    const modules = names.map((name) =>
      moduleOf(name, {
        imports: Array.from({ length: random(4) }, () => {
          const provider = `m${random(count)}`;
          return random(4) === 0 ? `global env.${provider}_datum` : `env.${provider}_call`;
        }),
        exports: [`${name}_call`, `global ${name}_datum`],
      }),
    );
    const { order, bindings, problems } = resolve({ modules });
    assert.deepEqual(order.toSorted(), names);
    const needs = (/** @type {(name: string) => boolean} */ counts) => (/** @type {string} */ from) => {
      const all = new Set();
      const visit = (/** @type {string} */ name) => {
        for (const item of modules[Number(name.slice(1))].imports) {
          const [provider] = item.name.split('_');
          if (!counts(item.name) || all.has(provider)) continue;
          all.add(provider);
          visit(provider);
        }
      };
      visit(from);
      return all;
    };
    const reach = needs(() => true);
    const reachByGlobals = needs((name) => name.endsWith('datum'));
    for (const { module, provider = '', as } of bindings)
      if (as === 'placeholder') assert.ok(reach(provider).has(module), JSON.stringify(modules));
    for (const { module, provider = '' } of problems)
      assert.ok(reachByGlobals(provider).has(module), JSON.stringify(modules));
  }
});

test('a circle of one module or of three is told in words that hold for it', () => {
  const one = moduleOf('one', { imports: ['global env.g'], exports: ['global g'] });
  const three = ['a', 'b', 'c'].map((name, i, { length }) =>
    moduleOf(name, { imports: [`global env.${'abc'[(i + 1) % length]}`], exports: [`global ${name}`] }),
  );
  for (const [modules, module, provider] of /** @type {const} */ ([
    [[one], 'one', 'one'],
    [three, 'b', 'c'],
  ]))
    assert.match(
      refused(resolve({ modules: [...modules] })).message,
      new RegExp(
        `^${module} needs .* first, but ${provider}, which .*, cannot be instantiated before ${module}.$`,
      ),
    );
});

test('a circle of nothing but globals is one problem, since one of them has to come first', () => {
  const a = moduleOf('a', { imports: ['global env.b'], exports: ['global a'] });
  const b = moduleOf('b', { imports: ['global env.a'], exports: ['global b'] });
  assert.equal(resolve({ modules: [a, b] }).problems.length, 1);
  assert.deepEqual(problemsOf(resolve({ modules: [a, b] })), ['circle a env b']);
});

test('names that every object has are names like others', () => {
  const names = ['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf'];
  for (const name of names) {
    const user = moduleOf(name, { imports: [`${name}.${name}`, `env.${name}`, `global GOT.mem.${name}`] });
    assert.deepEqual(problemsOf(resolve({ modules: [user] })), [
      `missing ${name} ${name} ${name}`,
      `missing ${name} env ${name}`,
      `missing ${name} GOT.mem ${name}`,
    ]);
    const other = moduleOf('other', { exports: [name] });
    const supplied = [passed(name, name), passed('GOT.mem', name, { kind: 'global' })];
    const resolution = resolve({ modules: [user, other], supplied });
    assert.deepEqual(problemsOf(resolution), []);
    assert.equal(resolution.bindings[1].provider, 'other');
    assert.deepEqual(resolution.order, ['other', name]);
  }
});

test('two names never run into one another', () => {
  const user = moduleOf('user', { imports: ['a b.c', 'a.b', 'a".b'] });
  for (const [module, name] of [
    ['a', 'b.c'],
    ['a.b', 'c'],
    ['a","b', 'c'],
    ['a b', 'c","d'],
  ])
    assert.equal(resolve({ modules: [user], supplied: [passed(module, name)] }).problems.length, 3);
});

test('without a stack the loader offers no stack pointer and no end of the stack', () => {
  const names = ['__stack_pointer', '__stack_low', '__stack_high'];
  const imports = [...names.map((name) => `global env.${name}`), 'global GOT.mem.__stack_high'];
  const modules = [moduleOf('user', { imports })];
  assert.equal(resolve({ modules, offered: offers({ hasStack: true }) }).problems.length, 0);
  assert.equal(resolve({ modules, offered: offers({ hasStack: false }) }).problems.length, 4);
});

test('a library is known by its name or its file’s', () => {
  const user = moduleOf('user', { needed: ['libgc.so', 'x.wasm'] });
  const others = (/** @type {string[]} */ ...names) => names.map((name) => moduleOf(name, {}));
  assert.deepEqual(problemsOf(resolve({ modules: [user, ...others('gc')] })), ['library user x.wasm']);
  assert.deepEqual(problemsOf(resolve({ modules: [user, ...others('libgc.wasm', 'x')] })), []);
});

test('what is asked and what is answered survive JSON, and the answer depends on nothing else', () => {
  const a = moduleOf('a', {
    imports: [
      'env.b',
      'global GOT.func.b',
      'env.w',
      'env.none',
      'global env.a',
      'memory env.memory',
      'env.js',
    ],
    exports: ['global a', 'b'],
    weak: ['w'],
    needed: ['libc.so'],
  });
  const request = { modules: [a, { ...moduleOf('b', {}), dylink: null }], supplied: [passed('env', 'js')] };
  const answer = resolve(request);
  const before = JSON.stringify(request);
  assert.deepEqual(resolve(JSON.parse(before)), answer);
  assert.deepEqual(resolve(structuredClone(request)), answer);
  assert.equal(JSON.stringify(request), before, 'what was asked is not changed');
  assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer);
  assert.deepEqual(structuredClone(answer), answer);
});

test('many modules with many symbols are decided in no time by the square of their number', () => {
  const count = 20_000;
  const names = Array.from({ length: count }, (_, i) => `f${i}`);
  const provider = moduleOf('provider', { exports: names });
  const user = moduleOf('user', {
    imports: names.flatMap((name) => [`env.${name}`, `global GOT.func.${name}`]),
  });
  const start = performance.now();
  const { bindings, offsetTable } = resolve({ modules: [user, provider] });
  assert.equal(bindings.length, 2 * count);
  assert.equal(offsetTable.length, count);
  assert.ok(performance.now() - start < 5000);
});
