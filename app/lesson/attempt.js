/** Actions that a reader starts in a step. What goes wrong is reported in that step's alert. */
import { clearAlert, find, showAlert } from '../ui/dom.js';

/**
 * @param {HTMLElement} section of the step
 * @param {() => Promise<void>} action
 */
export async function attempt(section, action) {
  const alert = find(`#${section.id} [role=alert]`);
  clearAlert(alert);
  try {
    await action();
  } catch (error) {
    showAlert(alert, error);
  }
}
