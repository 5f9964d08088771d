/** What an instruction does, as a sentence; and how texts from before 2018 spelled it. */

/** For a pattern of instructions, how their sentence goes on after the instruction's own text. */
const WORDS = /** @type {[RegExp, (text: RegExpMatchArray) => string][]} */ ([
  [/^local\.get (\d+)/, ([, n]) => `pushes the value of local ${n}`],
  [/^local\.tee (\d+)/, ([, n]) => `copies the top of the operand stack to local ${n}, and leaves it there`],
  [/^local\.set (\d+)/, ([, n]) => `pops a value and writes it to local ${n}`],
  [/^(\w+)\.const (\S+)/, ([, type, n]) => `pushes the number ${n}, of type ${type}`],
  [
    /^call \$?(\S+)/,
    ([, name]) => `pops the arguments of ${name}, calls it, and pushes its result if it has one`,
  ],
  [
    /^(\w+)\.store offset=(\d+)/,
    ([, type, n]) =>
      `pops a value of type ${type} and an address, and writes the value ${n} bytes after the address`,
  ],
  [
    /^(\w+)\.store/,
    ([, type]) => `pops a value of type ${type} and an address, and writes the value at the address`,
  ],
  [/^(\w+)\.load/, ([, type]) => `pops an address and pushes the value of type ${type} that it reads there`],
  [/^\w+\.eqz/, () => 'pops a number, and pushes 1 if it was 0, else 0'],
  [/^if/, () => 'pops a number, and continues here if it was not 0, else after the end of the block'],
  [/^br_if/, () => 'pops a number, and leaves the block if it was not 0'],
  [/^else/, () => 'begins what is done otherwise'],
  [/^block/, () => 'begins a block, which a branch can leave'],
  [/^end/, () => 'ends the block'],
  [/^return/, () => 'leaves the function, with the top of the operand stack as its result'],
  [/^\(func/, () => 'begins the function; its parameters are its first locals'],
  [/^\(local/, () => 'declares another local of the function, after the parameters'],
  [/^\)/, () => 'ends the function; a value that is left on the operand stack is its result'],
]);

/** @param {string} instruction */
export function inWords(instruction) {
  for (const [pattern, words] of WORDS) {
    const match = instruction.match(pattern);
    if (match) return words(match);
  }
  return 'works on the operand stack';
}

/** @param {string} text with the names that instructions have today */
export function olderNames(text) {
  return text.replace(/\b(local|global)\.(get|set|tee)\b/g, '$2_$1');
}
