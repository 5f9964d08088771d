/**
 * The Records that a person makes: a form creates them, a table lists those that live, and buttons delete
 * them. After each change this module draws the memory anew.
 *
 * Only the addresses of live Records are kept here. An address is kept exactly while its Record lives, so no
 * Record is deleted twice. The table reads each value from the memory whenever it is drawn.
 */
import { formatAddress, formatFloat } from '../format.js';
import { parseFloat32, parseInt32 } from '../parse.js';
import { counted } from '../prose.js';
import { el, find } from '../ui/dom.js';
import { drawMemory, faultOf } from './memory.js';

/** @typedef {import('../records.js').Values} Values */
/** @typedef {{ values: Values, count: number, notes: string[] }} Input */

/** The table lists so many Records, the newest. */
const ROWS = 50;
/** One click creates at most so many Records. */
const MOST_AT_ONCE = 100000;
/** The two clicks of a double click are no farther apart than this, as most systems have it. */
const DOUBLE_CLICK = { milliseconds: 500, pixels: 5 };

/**
 * @param {import('../wirings.js').Wired} wired
 * @param {import('../records.js').Records} records
 * @param {number} first address of the Record that the page has made
 */
export function openRecordsTable(wired, records, first) {
  /** The addresses of the live Records, in the order in which they were made. */
  const live = new Set([first]);
  const idField = find('#create [name=id]', HTMLInputElement);
  const place = find('#records');

  find('#create').addEventListener('submit', (event) => {
    event.preventDefault();
    const input = readForm();
    if (input) create(input);
  });
  find('#create button', HTMLButtonElement).disabled = false;
  draw();

  /** Creates `count` Records whose ids count up from the given one. @param {Input} input */
  function create({ values, count, notes }) {
    const made = [];
    try {
      while (made.length < count) {
        // An id is an int: after the greatest comes the least.
        const address = records.create({ ...values, id: (values.id + made.length) | 0 });
        if (address === 0) break;
        made.push(address);
        live.add(address);
      }
    } catch (error) {
      return sayTrap(error);
    }
    draw();
    if (made.length === count) {
      const where = `${count === 1 ? 'at' : 'the last at'} ${formatAddress(made[count - 1])}`;
      return say([`Created ${counted(count, 'Record')}, ${where}.`, ...notes].join(' '));
    }
    const before =
      made.length > 0 ? `Created ${counted(made.length, 'Record')}; then` : 'No Record was created:';
    sayProblem(
      `${before} createRecord returned 0, which is NULL: the memory is exhausted. ` +
        'The failed call wrote nothing. Delete some Records, and it works again.',
    );
  }

  /** @param {number[]} addresses */
  function remove(addresses) {
    let removed = 0;
    try {
      for (const address of addresses) {
        if (!live.delete(address)) continue;
        records.delete(address);
        removed++;
      }
    } catch (error) {
      return sayTrap(error);
    }
    if (removed > 0) say(`Deleted ${counted(removed, 'Record')}.`);
    draw();
  }

  /** @param {unknown} error thrown by a call into program.wasm */
  function sayTrap(error) {
    draw();
    const reason = faultOf(wired) ?? (error instanceof Error ? error.message : String(error));
    sayProblem(`The allocator stopped: ${reason}. Load the page again to start afresh.`);
  }

  function draw() {
    drawTable();
    drawMemory(find('#strip'), wired, [...live]);
  }

  function drawTable() {
    const listed = [...live].slice(-ROWS).reverse();
    if (listed.length === 0) {
      place.replaceChildren(el('p', { className: 'note' }, 'No Record lives now. Create one above.'));
      return;
    }
    const deleteAll = el('button', { type: 'button' }, 'Delete all');
    deleteAll.addEventListener('click', () => {
      remove([...live]);
      idField.focus();
    });
    const heads = [...['address', 'id', 'x', 'y'], deleteAll].map((head) => el('th', { scope: 'col' }, head));
    const rows = listed.map((address, i) => row(address, listed[i + 1] ?? listed[i - 1]));
    place.replaceChildren(
      el(
        'div',
        { className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Live Records' },
        el('table', { className: 'data' }, el('thead', {}, el('tr', {}, ...heads)), el('tbody', {}, ...rows)),
      ),
      el('p', { className: 'note' }, summary(live.size, listed.length)),
    );
  }

  /**
   * @param {number} address of a Record
   * @param {number | undefined} neighbour the Record whose button gets the focus when this one is deleted
   */
  function row(address, neighbour) {
    const { id, x, y } = records.read(address);
    const button = el(
      'button',
      { type: 'button', 'aria-label': `Delete the Record at ${formatAddress(address)}` },
      'Delete',
    );
    button.addEventListener('click', (event) => {
      if (isSecondOfDoubleClick(event)) return;
      remove([address]);
      const next = place.querySelector(`[data-address="${neighbour}"] button`);
      (next instanceof HTMLElement ? next : idField).focus();
    });
    const cells = [formatAddress(address), String(id), formatFloat(x), formatFloat(y), button];
    return el('tr', { 'data-address': address }, ...cells.map((cell) => el('td', {}, cell)));
  }
}

/** The last click on a button of a row. @type {MouseEvent | null} */
let lastClick = null;

/**
 * Whether a click is the second one of a double click. The first has deleted a row, so the next row has moved
 * up to its place. The second click is not meant for that row. Create needs no such guard: its button stays
 * in its place, so two clicks on it mean two Records.
 *
 * Not every engine counts clicks in `detail` once the first button is gone. All have 0 there for a key.
 *
 * @param {MouseEvent} click
 */
function isSecondOfDoubleClick(click) {
  const last = lastClick;
  if (click.detail === 0) return false;
  lastClick = click;
  if (!last || click.timeStamp - last.timeStamp > DOUBLE_CLICK.milliseconds) return false;
  return Math.hypot(click.clientX - last.clientX, click.clientY - last.clientY) <= DOUBLE_CLICK.pixels;
}

/**
 * @param {number} live how many Records live
 * @param {number} listed how many of them have a row
 */
function summary(live, listed) {
  let text = counted(live, 'Record lives', 'Records live');
  if (live > 1) text += ', the newest first';
  if (live > listed) text += `; ${counted(live - listed, 'older one is', 'older ones are')} not listed`;
  return `${text}. Values are read back from the memory.`;
}

/**
 * Reads the form. If a field has no such value as C would take, it marks each such field, says why, and moves
 * the focus to the first.
 *
 * @returns {Input | null} null: a field has no such value
 */
function readForm() {
  const id = readField('id', parseInt32);
  const x = readField('x', parseFloat32);
  const y = readField('y', parseFloat32);
  const count = readField('count', parseCount);
  const fields = [id, x, y, count];
  const wrong = fields.filter(({ error }) => error !== undefined);
  if (wrong.length > 0) {
    sayProblem(wrong.map(({ error }) => error).join(' '));
    wrong[0].input.focus();
    return null;
  }
  return {
    values: { id: id.value ?? 0, x: x.value ?? 0, y: y.value ?? 0 },
    count: count.value ?? 0,
    notes: fields.map(({ note }) => note ?? '').filter(Boolean),
  };
}

/**
 * @param {string} name
 * @param {(text: string, name: string) => import('../parse.js').Parsed} parse
 */
function readField(name, parse) {
  const input = find(`#create [name=${name}]`, HTMLInputElement);
  /** @type {{ value?: number, note?: string, error?: string }} */
  const parsed = parse(input.value, name);
  input.setAttribute('aria-invalid', String(parsed.error !== undefined));
  return { input, ...parsed };
}

/** @param {string} text @returns {import('../parse.js').Parsed} */
function parseCount(text) {
  const parsed = parseInt32(text, 'how many');
  if (parsed.error === undefined && (parsed.value < 1 || parsed.value > MOST_AT_ONCE)) {
    return { error: `how many is from 1 to ${MOST_AT_ONCE.toLocaleString('en')} at once.` };
  }
  return parsed;
}

/** @param {string} text what came of the last action */
function say(text) {
  const outcome = find('#outcome');
  outcome.textContent = text;
  outcome.classList.remove('bad');
}

/** @param {string} text why the last action did not do all that it should */
function sayProblem(text) {
  say(text);
  find('#outcome').classList.add('bad');
}
