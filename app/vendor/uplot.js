/**
 * The chart, from the npm package of this name, with its style sheet beside it. The build puts the package's code
 * into this file, so that a browser can load it and nothing else; its licence ships in LICENSES.txt.
 */
// @ts-expect-error: a style sheet has no types; the build puts it beside this file
import 'uplot/dist/uPlot.min.css';

export { default } from 'uplot';
