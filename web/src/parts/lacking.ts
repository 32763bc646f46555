// What the browser says of a field that must not be empty: in the page's language, where the browser has one of its own.

import { language } from '../session';
import { speak } from '../words';

type Field = HTMLInputElement | HTMLTextAreaElement;

/** From now on, of every field there is or will be. */
export function sayWhatIsLacking(): void {
  const said = new Set<Field>();
  // A word of ours makes a field wrong until it is taken back: before it is asked again, whatever became of it since.
  const takeBack = () => {
    said.forEach((field) => field.setCustomValidity(''));
    said.clear();
  };
  addEventListener('click', takeBack, true);
  addEventListener('input', takeBack, true);
  // Heard before the browser says it.
  addEventListener('invalid', ({ target }) => {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) || !target.validity.valueMissing) return;
    target.setCustomValidity(speak(language()).name('FILL_THIS'));
    said.add(target);
  }, true);
}
