/** Actions that a reader starts in a step. What goes wrong is reported in that step's alert. */
import { clearAlert, showAlert } from '../ui/dom.js';
import { findIn } from './elements.js';

/**
 * @param {HTMLElement} section of the step
 * @param {() => Promise<void>} action
 */
export async function attempt(section, action) {
  const alert = findIn(section, '[role=alert]');
  clearAlert(alert);
  try {
    await action();
  } catch (error) {
    showAlert(alert, error);
  }
}
