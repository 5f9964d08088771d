/**
 * The Records a person makes: a form, the table of those that live, and where they lie in the memory.
 *
 * The list of live addresses is the only thing kept here; values are read from the memory each time they are
 * shown. An address is on the list exactly while its Record lives, so that none is deleted twice.
 */
import { formatAddress, formatFloat } from '../format.js';
import { parseFloat32, parseInt32 } from '../parse.js';
import { counted } from '../prose.js';
import { el, find } from '../ui/dom.js';
import { drawMemory, faultOf } from './memory.js';

const SHOWN = 50;
const MOST_AT_ONCE = 100000;

/**
 * @param {import('../wirings.js').Wired} wired
 * @param {import('../records.js').Records} records
 * @param {number} first address of the Record that the page made, or 0
 */
export function openRecordsTable(wired, records, first) {
  /** @type {Set<number>} in the order in which they were made */
  const live = new Set(first === 0 ? [] : [first]);
  const form = /** @type {HTMLFormElement} */ (find('#create'));
  const place = find('#records');

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const input = readForm(form);
    if (input) create(input);
  });
  /** @type {HTMLButtonElement} */ (form.querySelector('button')).disabled = false;
  draw();

  /** @param {{ values: import('../records.js').Values, count: number, notes: string[] }} input */
  function create({ values, count, notes }) {
    const made = [];
    try {
      while (made.length < count) {
        // Counted up within an int: the greatest is followed by the least.
        const address = records.create({ ...values, id: (values.id + made.length) | 0 });
        if (address === 0) break;
        made.push(address);
        live.add(address);
      }
    } catch (error) {
      return trapped(error);
    }
    draw();
    if (made.length === count) {
      const where = `${count === 1 ? 'at' : 'the last at'} ${formatAddress(made[count - 1])}`;
      return say([`Created ${counted(count, 'Record')}, ${where}.`, ...notes].join(' '));
    }
    const before =
      made.length > 0 ? `Created ${counted(made.length, 'Record')}; then` : 'No Record was created:';
    say(
      `${before} createRecord returned 0, which is NULL: the memory is exhausted. Nothing was written. Delete Records and it works again.`,
      true,
    );
  }

  /** @param {Iterable<number>} addresses */
  function remove(addresses) {
    let removed = 0;
    try {
      for (const address of addresses) {
        if (!live.delete(address)) continue;
        records.delete(address);
        removed++;
      }
    } catch (error) {
      return trapped(error);
    }
    if (removed > 0) say(`Deleted ${counted(removed, 'Record')}.`);
    draw();
  }

  /** @param {unknown} error */
  function trapped(error) {
    draw();
    const reason = faultOf(wired) ?? (error instanceof Error ? error.message : String(error));
    say(`The allocator stopped: ${reason}. Load the page again to start afresh.`, true);
  }

  function draw() {
    drawTable();
    drawMemory(find('#strip'), wired, [...live]);
  }

  function drawTable() {
    const addresses = [...live];
    const shown = addresses.slice(-SHOWN).reverse();
    if (shown.length === 0) {
      place.replaceChildren(el('p', { className: 'note' }, 'No Record lives now. Create one above.'));
      return;
    }
    const rows = shown.map((address) => {
      const { id, x, y } = records.read(address);
      const button = el(
        'button',
        { type: 'button', 'aria-label': `Delete the Record at ${formatAddress(address)}` },
        'Delete',
      );
      button.addEventListener('click', () => {
        const next = shown[shown.indexOf(address) + 1] ?? shown[shown.indexOf(address) - 1];
        remove([address]);
        focusOn(next);
      });
      const cells = [formatAddress(address), String(id), formatFloat(x), formatFloat(y)];
      return el(
        'tr',
        { 'data-address': address },
        ...cells.map((text) => el('td', {}, text)),
        el('td', {}, button),
      );
    });
    const all = el('button', { type: 'button' }, 'Delete all');
    all.addEventListener('click', () => {
      remove([...live]);
      /** @type {HTMLInputElement} */ (form.elements.namedItem('id')).focus();
    });
    const heads = ['address', 'id', 'x', 'y'].map((text) => el('th', { scope: 'col' }, text));
    const older = live.size - shown.length;
    place.replaceChildren(
      el(
        'div',
        { className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'Live Records' },
        el(
          'table',
          { className: 'data' },
          el('thead', {}, el('tr', {}, ...heads, el('th', { scope: 'col' }, all))),
          el('tbody', {}, ...rows),
        ),
      ),
      el(
        'p',
        { className: 'note' },
        `${counted(live.size, 'Record lives', 'Records live')}${live.size > 1 ? ', the newest first' : ''}${older > 0 ? `; ${counted(older, 'older one is', 'older ones are')} not listed` : ''}. Values are read back from the memory.`,
      ),
    );
  }

  /** @param {number | undefined} address whose row the keyboard goes on from after one above or below it went */
  function focusOn(address) {
    /** @type {HTMLElement | null} */
    const button = address === undefined ? null : place.querySelector(`[data-address="${address}"] button`);
    const target = button ?? /** @type {HTMLElement} */ (form.elements.namedItem('id'));
    target.focus();
  }
}

/**
 * Reads the form, marks what cannot be taken, and goes to the first such field.
 *
 * @param {HTMLFormElement} form
 */
function readForm(form) {
  const id = check('id', parseInt32);
  const x = check('x', parseFloat32);
  const y = check('y', parseFloat32);
  const count = check('count', (text) => {
    const parsed = parseInt32(text, 'how many');
    if (parsed.error === undefined && (parsed.value < 1 || parsed.value > MOST_AT_ONCE)) {
      return { error: `how many is from 1 to ${MOST_AT_ONCE.toLocaleString('en')} at once.` };
    }
    return parsed;
  });
  const fields = [id, x, y, count];
  const errors = fields.filter(({ error }) => error !== undefined);
  if (errors.length > 0) {
    say(errors.map(({ error }) => error).join(' '), true);
    errors[0].input.focus();
    return null;
  }
  return {
    values: { id: id.value ?? 0, x: x.value ?? 0, y: y.value ?? 0 },
    count: count.value ?? 0,
    notes: fields.map(({ note }) => note ?? '').filter(Boolean),
  };

  /**
   * @param {string} name
   * @param {(text: string, name: string) => import('../parse.js').Parsed} parse
   */
  function check(name, parse) {
    const input = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
    /** @type {{ value?: number, note?: string, error?: string }} */
    const parsed = parse(input.value, name);
    input.setAttribute('aria-invalid', String(parsed.error !== undefined));
    return { input, ...parsed };
  }
}

/**
 * @param {string} text
 * @param {boolean} [bad]
 */
function say(text, bad = false) {
  const outcome = find('#outcome');
  outcome.textContent = text;
  outcome.classList.toggle('bad', bad);
}
