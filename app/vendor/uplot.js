/**
 * The library that draws charts: the npm package of this name, and its style sheet. The build bundles the
 * package into this file, so that a browser loads one script. The package's licence ships in LICENSES.txt.
 */
// @ts-expect-error: a style sheet has no types; the build writes it beside this file
import 'uplot/dist/uPlot.min.css';

export { default } from 'uplot';
