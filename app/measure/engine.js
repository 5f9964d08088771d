/** What the browser calls itself, in short. */

/** In this order, since Edge also says that it is Chrome. @type {[RegExp, string][]} */
const ENGINES = [
  [/Firefox\/(\d+)/, 'Firefox'],
  [/Edg\/(\d+)/, 'Edge'],
  [/Chrome\/(\d+)/, 'Chromium'],
  [/Version\/(\d+)/, 'Safari'],
];
/** In this order, since Android also says that it is Linux. */
const SYSTEMS = ['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS X', 'Linux'];

/**
 * @param {string} userAgent
 * @returns {string} as in `Firefox 140, Linux`; the whole user agent, where no name of an engine is in it
 */
export function engineName(userAgent) {
  const system = SYSTEMS.find((name) => userAgent.includes(name));
  for (const [pattern, name] of ENGINES) {
    const version = userAgent.match(pattern)?.[1];
    if (version) return `${name} ${version}${system ? `, ${system}` : ''}`;
  }
  return userAgent;
}
