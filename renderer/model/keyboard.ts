/** Which command a key press means. Nothing while typing; single keys only where the settings allow them. */

/** A command of the scrubber. */
export type ScrubCommand =
  | 'play'
  | 'back'
  | 'forward'
  | 'back-ten'
  | 'forward-ten'
  | 'back-epoch'
  | 'forward-epoch'
  | 'last-event'
  | 'next-event'
  | 'first'
  | 'last'
  | 'slower'
  | 'faster';

/** A command that a key can give. */
export type CommandId =
  | ScrubCommand
  | `speed-${number}`
  | 'cell-left'
  | 'cell-right'
  | 'cell-up'
  | 'cell-down'
  | 'open'
  | 'leave'
  | 'previous-run'
  | 'next-run'
  | 'blink'
  | 'difference'
  | 'grid-or-single'
  | 'next-map'
  | 'marker'
  | 'commands'
  | 'filter'
  | 'help'
  | 'new-sweep'
  | 'export'
  | 'undo'
  | 'queue'
  | 'queue-first';

/** The part of a KeyboardEvent that decides. */
export interface KeyPress {
  readonly key: string;
  /** Place of the key, as a US keyboard names it: for keyboards without Latin letters. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Where the keyboard's focus is and what keys may do there. */
export interface KeyContext {
  readonly isTyping: boolean;
  /** A button, link or menu has the focus: Space and Enter are its own. */
  readonly isOnControl: boolean;
  /** A cell of the grid has the focus: arrows move between cells. */
  readonly isInGrid: boolean;
  readonly singleKeys: boolean;
}

const withControl: Readonly<Record<string, CommandId>> = {
  k: 'commands',
  n: 'new-sweep',
  e: 'export',
  arrowleft: 'last-event',
  arrowright: 'next-event',
};

const arrows: Readonly<Record<string, CommandId>> = {
  ArrowLeft: 'back',
  ArrowRight: 'forward',
  PageUp: 'back-ten',
  PageDown: 'forward-ten',
  Home: 'first',
  End: 'last',
  Escape: 'leave',
};

const gridArrows: Readonly<Record<string, CommandId>> = {
  ArrowLeft: 'cell-left',
  ArrowRight: 'cell-right',
  ArrowUp: 'cell-up',
  ArrowDown: 'cell-down',
  Enter: 'open',
};

const single: Readonly<Record<string, CommandId>> = {
  k: 'play',
  j: 'slower',
  l: 'faster',
  ',': 'back',
  '.': 'forward',
  '<': 'back-epoch',
  '>': 'forward-epoch',
  '[': 'previous-run',
  ']': 'next-run',
  b: 'blink',
  x: 'difference',
  g: 'grid-or-single',
  c: 'next-map',
  m: 'marker',
  '/': 'filter',
  '?': 'help',
};

/** What stands at a place of a US keyboard, without and with Shift. */
const places: Readonly<Record<string, readonly [plain: string, shifted: string]>> = {
  BracketLeft: ['[', '['],
  BracketRight: [']', ']'],
  Comma: [',', '<'],
  Period: ['.', '>'],
  Slash: ['/', '?'],
};

/** The key by its letter; where that is of no use here (Cyrillic, Greek, Hebrew, ü), by its place on a US keyboard. */
function latinKey({ key, code, shiftKey }: KeyPress): string {
  if (key.length > 1 || /[ -~]/.test(key)) return key;
  const [, letter] = /^Key([A-Z])$/.exec(code) ?? [];
  if (letter !== undefined) return letter.toLowerCase();
  return places[code]?.[shiftKey ? 1 : 0] ?? key;
}

/** Whether AltGr, Option or Ctrl and Alt were pressed only to write a sign that is a shortcut: [ and ] on many keyboards. */
function isWritten({ key, altKey }: KeyPress): boolean {
  return altKey && /^[^\p{L}\p{N}]$/u.test(key) && Object.hasOwn(single, key);
}

function controlCommand(press: KeyPress, isTyping: boolean): CommandId | null {
  const key = latinKey(press).toLowerCase();
  if (key === 'enter') return press.shiftKey ? 'queue-first' : 'queue';
  if (press.shiftKey || press.altKey) return null;
  // Text fields have an undo and arrows of their own.
  if (key === 'z') return isTyping ? null : 'undo';
  if (isTyping && key.startsWith('arrow')) return null;
  return Object.hasOwn(withControl, key) ? (withControl[key] ?? null) : null;
}

/** The command of a key press, or null: then the key is not ours. */
export function commandFromKey(press: KeyPress, context: KeyContext): CommandId | null {
  if (isWritten(press)) return context.isTyping || !context.singleKeys ? null : singleKeyCommand(press.key);
  if (press.ctrlKey || press.metaKey) return controlCommand(press, context.isTyping);
  if (press.altKey || context.isTyping) return null;
  const key = latinKey(press);
  if (press.shiftKey && (key === 'ArrowLeft' || key === 'ArrowRight')) {
    return key === 'ArrowLeft' ? 'back-ten' : 'forward-ten';
  }
  if (context.isInGrid && Object.hasOwn(gridArrows, key)) return gridArrows[key] ?? null;
  if (key === ' ') return context.isOnControl ? null : 'play';
  if (Object.hasOwn(arrows, key)) return arrows[key] ?? null;
  return context.singleKeys ? singleKeyCommand(key) : null;
}

function singleKeyCommand(key: string): CommandId | null {
  if (/^[1-9]$/.test(key)) return `speed-${Number(key)}`;
  const lower = key.toLowerCase();
  return Object.hasOwn(single, lower) ? (single[lower] ?? null) : null;
}

/** A row of the help sheet. */
export interface KeyHelp {
  readonly keys: string;
  readonly does: string;
}

/** Every shortcut in words, by group. */
export const keyboardHelp: Readonly<Record<string, readonly KeyHelp[]>> = {
  Time: [
    { keys: 'Space or K', does: 'play and pause' },
    { keys: '← →', does: 'one snapshot' },
    { keys: ', .', does: 'one snapshot, also while a cell has the focus' },
    { keys: 'Shift ← → or PageUp PageDown', does: 'ten snapshots' },
    { keys: 'Ctrl ← →', does: 'last and next event: spike, jump, marker' },
    { keys: '< >', does: 'one epoch, also between snapshots' },
    { keys: 'Home End', does: 'first and last; End follows a running sweep' },
    { keys: 'J L', does: 'slower and faster, backwards beyond the slowest' },
    { keys: '1 to 9', does: 'speed' },
  ],
  Cells: [
    { keys: '← → ↑ ↓ in the grid', does: 'next cell' },
    { keys: 'Enter', does: 'open the cell' },
    { keys: 'Esc', does: 'go back' },
    { keys: '[ ]', does: 'previous and next cell at the same time' },
    { keys: 'G', does: 'grid or single cell' },
    { keys: 'B', does: 'blink between A and B' },
    { keys: 'X', does: 'difference of A and B' },
    { keys: 'C', does: 'next colour map' },
    { keys: 'M', does: 'marker at this epoch, written into the notes' },
  ],
  Everywhere: [
    { keys: 'Ctrl K', does: 'commands' },
    { keys: '/', does: 'filter' },
    { keys: '?', does: 'this sheet' },
    { keys: 'Ctrl N', does: 'new sweep' },
    { keys: 'Ctrl Enter', does: 'queue the sweep' },
    { keys: 'Ctrl Shift Enter', does: 'queue it before all others' },
    { keys: 'Ctrl E', does: 'export the grid' },
    { keys: 'Ctrl Z', does: 'undo' },
  ],
};
