/** Key presses of the whole page: finds the command and who performs it. */
import { commandFromKey, type CommandId, type KeyContext } from '../model/keyboard.ts';
import type { LabState } from './lab-state.svelte.ts';

const controls =
  'button, a[href], summary, [role="tab"], [role="option"], input[type="checkbox"], input[type="radio"]';
const typing =
  'input:not([type="checkbox"], [type="radio"], [type="range"], [type="button"]), textarea, select, [contenteditable="true"]';

/** Keys of the whole window, as commands. */
export class AppKeyboard {
  readonly #lab: LabState;

  constructor(lab: LabState) {
    this.#lab = lab;
  }

  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const command = commandFromKey(event, this.#context(event));
    if (command === null) return;
    // An open dialog keeps keys to itself, except the one that shows commands.
    if (this.#lab.dialog !== null || document.querySelector('dialog[open]') !== null) return;
    if (this.#perform(command)) event.preventDefault();
  }

  #context(event: KeyboardEvent): KeyContext {
    // Inside of a shadow root the page sees the host only: the first of the path is what has the focus.
    const [target] = event.composedPath();
    const element = target instanceof Element ? target : null;
    return {
      isTyping: element?.closest(typing) !== null && element !== null,
      isOnControl: element?.closest(controls) !== null && element !== null,
      isInGrid: element?.closest('[role="gridcell"]') !== null && element !== null,
      singleKeys: this.#lab.settings.singleKeys,
    };
  }

  #perform(command: CommandId): boolean {
    const lab = this.#lab;
    if (lab.screenCommand(command)) return true;
    switch (command) {
      case 'commands':
        if (lab.isPage) return false;
        lab.dialog = command;
        return true;
      case 'help':
        lab.dialog = command;
        return true;
      case 'new-sweep':
        lab.router.go({ screen: 'new', from: null });
        return true;
      case 'undo':
        lab.undoLast();
        return true;
      case 'leave':
        if (lab.router.route.screen === 'notebook') return false;
        lab.router.go({ screen: 'notebook', trash: false });
        return true;
      default:
        return false;
    }
  }
}
