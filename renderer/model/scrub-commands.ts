/** Commands that move time, the same on every screen of an entry. */
import type { CommandId, ScrubCommand } from './keyboard.ts';

const commands: ReadonlySet<string> = new Set<ScrubCommand>([
  'play',
  'back',
  'forward',
  'back-ten',
  'forward-ten',
  'back-epoch',
  'forward-epoch',
  'last-event',
  'next-event',
  'first',
  'last',
  'slower',
  'faster',
]);

function isScrubCommand(command: CommandId): command is ScrubCommand {
  return commands.has(command);
}

/** Whoever obeys the scrubber's commands. */
export interface ScrubTarget {
  perform(command: ScrubCommand): void;
  setSpeed(speed: number): void;
}

/** Performs a command if it is about time. Whether it was. */
export function scrubCommand(target: ScrubTarget, command: CommandId): boolean {
  if (isScrubCommand(command)) {
    target.perform(command);
    return true;
  }
  const speed = /^speed-(\d)$/.exec(command)?.[1];
  if (speed === undefined) return false;
  target.setSpeed(Number(speed));
  return true;
}
