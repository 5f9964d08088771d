/**
 * The sections of web/measure.html, one for each kind of measurement: made when the site is built, so that
 * the document can be read without scripts.
 */

/** @typedef {import('../app/measure/kinds/kind.js').Kind} Kind */
/** @typedef {import('../app/measure/kinds/kind.js').Setting} Setting */

/** The place in a document that takes them. */
const PLACE = '<!-- a section for each kind of measurement -->';

/**
 * @param {string} html of a document
 * @returns {Promise<string>} the same with its sections, if it has the place
 */
export async function withSections(html) {
  if (!html.includes(PLACE)) return html;
  const { KINDS } = await import('../app/measure/kinds/index.js');
  return html.replace(PLACE, () => [linksTo(KINDS), ...KINDS.map(sectionOf)].join('\n'));
}

/** @param {Kind[]} kinds */
function linksTo(kinds) {
  const links = kinds.map(({ id }) => `<a href="#${id}">${id}</a>`);
  return `<p class="note">On this page: ${links.join(', ')}, <a href="#method">how it is measured</a>.</p>`;
}

/** app/measure/section.js finds its parts by these names. @param {Kind} kind */
export const sectionOf = ({ id, heading, about, settings }) => `
  <section id="${id}" class="measure" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${text(heading)}</h2>
    ${about.trim()}
    <form>
      ${settings.map(field).join('\n      ')}
      <button type="submit" disabled>Measure</button>
      <button type="button" hidden>Cancel</button>
    </form>
    <progress max="1" hidden aria-label="${text(heading)}: how much of the run is done"></progress>
    <p class="outcome" role="status"></p>
    <div role="alert"></div>
    <div class="result"></div>
  </section>`;

/** @param {Setting} setting */
function field(setting) {
  const { name, label } = setting;
  switch (setting.type) {
    case 'text': {
      const placeholder = text(setting.placeholder);
      const input = `<input name="${name}" autocomplete="off" placeholder="${placeholder}" size="14">`;
      return `<label>${text(label)} ${input}</label>`;
    }
    case 'switch':
      return `<label class="check"><input type="checkbox" name="${name}" value="yes"> ${text(label)}</label>`;
    case 'choice': {
      const options = Object.entries(setting.choices).map(([value, shown]) => {
        const selected = value === setting.initial ? ' selected' : '';
        return `<option value="${value}"${selected}>${text(shown)}</option>`;
      });
      return `<label>${text(label)} <select name="${name}">${options.join('')}</select></label>`;
    }
  }
}

/** @param {string} plain */
const text = (plain) => plain.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
