import { describe, expect, it } from 'vitest';
import { commandFromKey, keyboardHelp, type KeyContext } from '../../../renderer/model/keyboard.ts';
import { scrubCommand } from '../../../renderer/model/scrub-commands.ts';

const anywhere: KeyContext = { isTyping: false, isOnControl: false, isInGrid: false, singleKeys: true };

function press(keys: string, context: Partial<KeyContext> = {}): string | null {
  const parts = keys.split(' ');
  return commandFromKey(
    {
      key: parts.at(-1) === 'Space' ? ' ' : (parts.at(-1) ?? ''),
      code: '',
      ctrlKey: parts.includes('Ctrl'),
      metaKey: parts.includes('Meta'),
      shiftKey: parts.includes('Shift'),
      altKey: parts.includes('Alt'),
    },
    { ...anywhere, ...context },
  );
}

describe('keyboard', () => {
  it.each([
    ['Space', 'play'],
    ['k', 'play'],
    ['K', 'play'],
    ['ArrowLeft', 'back'],
    ['ArrowRight', 'forward'],
    ['Shift ArrowRight', 'forward-ten'],
    ['PageUp', 'back-ten'],
    ['Ctrl ArrowRight', 'next-event'],
    ['Meta ArrowLeft', 'last-event'],
    ['Home', 'first'],
    ['End', 'last'],
    ['j', 'slower'],
    ['l', 'faster'],
    [',', 'back'],
    ['.', 'forward'],
    ['Shift <', 'back-epoch'],
    ['Shift >', 'forward-epoch'],
    ['7', 'speed-7'],
    ['[', 'previous-run'],
    [']', 'next-run'],
    ['b', 'blink'],
    ['x', 'difference'],
    ['g', 'grid-or-single'],
    ['c', 'next-map'],
    ['m', 'marker'],
    ['Escape', 'leave'],
    ['Ctrl k', 'commands'],
    ['/', 'filter'],
    ['Shift ?', 'help'],
    ['Ctrl n', 'new-sweep'],
    ['Ctrl e', 'export'],
    ['Ctrl z', 'undo'],
    ['Ctrl Enter', 'queue'],
    ['Ctrl Shift Enter', 'queue-first'],
    ['0', null],
    ['q', null],
    ['Alt m', null],
    ['constructor', null],
    ['Ctrl constructor', null],
  ])('%s is %s', (keys, command) => {
    expect(press(keys)).toBe(command);
  });

  it('moves between cells while one has the focus, and still scrubs with comma and full stop', () => {
    const context = { isInGrid: true };
    expect(press('ArrowLeft', context)).toBe('cell-left');
    expect(press('ArrowDown', context)).toBe('cell-down');
    expect(press('Enter', context)).toBe('open');
    expect(press('.', context)).toBe('forward');
    expect(press('Shift ArrowRight', context)).toBe('forward-ten');
  });

  it('leaves text fields alone, but not commands and queueing', () => {
    const context = { isTyping: true };
    for (const keys of ['Space', 'k', 'ArrowLeft', 'Home', 'Escape', '5', 'm', 'Ctrl z', 'Ctrl ArrowLeft']) {
      expect(press(keys, context), keys).toBeNull();
    }
    expect(press('Ctrl k', context)).toBe('commands');
    expect(press('Ctrl Enter', context)).toBe('queue');
  });

  it('leaves the space bar to the button that has the focus', () => {
    expect(press('Space', { isOnControl: true })).toBeNull();
    expect(press('ArrowRight', { isOnControl: true })).toBe('forward');
  });

  /** What browsers tell of a key press: the letter, its place, and what else was held down. */
  const events = [
    // Russian, Greek and Hebrew letters stand for nothing here: their place decides.
    ['л', 'KeyK', '', 'play'],
    ['Л', 'KeyK', 'Shift', 'play'],
    ['л', 'KeyK', 'Ctrl', 'commands'],
    ['л', 'KeyK', 'Meta', 'commands'],
    ['т', 'KeyN', 'Ctrl', 'new-sweep'],
    ['я', 'KeyZ', 'Ctrl', 'undo'],
    ['х', 'BracketLeft', '', 'previous-run'],
    ['ъ', 'BracketRight', '', 'next-run'],
    ['б', 'Comma', '', 'back'],
    ['Б', 'Comma', 'Shift', 'back-epoch'],
    ['ю', 'Period', '', 'forward'],
    ['μ', 'KeyM', '', 'marker'],
    ['ל', 'KeyK', '', 'play'],
    // A Russian keyboard writes these where it likes.
    ['.', 'Slash', '', 'forward'],
    ['?', 'Digit7', 'Shift', 'help'],
    // German and French keyboards write brackets with AltGr or Option; letters go by what is written on them.
    ['[', 'Digit8', 'AltGr', 'previous-run'],
    ['[', 'Digit8', 'Ctrl Alt', 'previous-run'],
    [']', 'Digit9', 'Ctrl Alt', 'next-run'],
    ['[', 'Digit5', 'Alt', 'previous-run'],
    ['z', 'KeyY', 'Ctrl', 'undo'],
    ['y', 'KeyZ', 'Ctrl', null],
    ['m', 'Semicolon', '', 'marker'],
    ['/', 'Digit7', 'Shift', 'filter'],
    ['4', 'Quote', 'Shift', 'speed-4'],
    ['µ', 'KeyM', 'Alt', null],
    ['é', 'Digit2', '', null],
  ] as const;

  it.each(events)('%s at %s with "%s" is %s', (key, code, held, command) => {
    const has = (name: string): boolean => held.split(' ').includes(name);
    const modifiers = {
      ctrlKey: has('Ctrl'),
      metaKey: has('Meta'),
      shiftKey: has('Shift'),
      altKey: has('Alt'),
    };
    expect(commandFromKey({ key, code, ...modifiers }, anywhere)).toBe(command);
    if (command !== null && !held.includes('Ctrl') && !held.includes('Meta'))
      expect(commandFromKey({ key, code, ...modifiers }, { ...anywhere, isTyping: true })).toBeNull();
  });

  it('can do without single keys', () => {
    const context = { singleKeys: false };
    for (const keys of ['k', 'm', '?', '/', '3', ',']) expect(press(keys, context), keys).toBeNull();
    expect(press('Space', context)).toBe('play');
    expect(press('ArrowRight', context)).toBe('forward');
  });

  it('explains every group of keys', () => {
    for (const [group, rows] of Object.entries(keyboardHelp)) expect(rows.length, group).toBeGreaterThan(5);
  });
});

describe('commands about time', () => {
  it('are performed, and others are not', () => {
    const done: unknown[] = [];
    const target = {
      perform: (command: string) => done.push(command),
      setSpeed: (speed: number) => done.push(speed),
    };
    expect(scrubCommand(target, 'forward')).toBe(true);
    expect(scrubCommand(target, 'speed-4')).toBe(true);
    expect(scrubCommand(target, 'open')).toBe(false);
    expect(done).toEqual(['forward', 4]);
  });
});
