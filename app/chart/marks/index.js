/**
 * The marks of a chart, in the order in which its series get them. They differ in shape, not only in colour.
 *
 * A mark is one file in this folder, which this file imports and has in its list.
 */
import { circle } from './circle.js';
import { cross } from './cross.js';
import { diamond } from './diamond.js';
import { ring } from './ring.js';
import { square } from './square.js';
import { triangle } from './triangle.js';

/** @typedef {import('./mark.js').Mark} Mark */

/** @type {Mark[]} */
export const MARKS = [circle, square, triangle, diamond, cross, ring];

/** @param {number} series @returns {Mark} the first one again, after the last */
export const markOf = (series) => MARKS[series % MARKS.length];
