/** What keys and the palette do on the screen of an entry. */
import { nextValueMap } from '../../../experiments/drawing/colour-map.ts';
import { isLine, neighbourCell, neighbourInLine } from '../../model/grid-axes.ts';
import type { CommandId } from '../../model/keyboard.ts';
import { scrubCommand } from '../../model/scrub-commands.ts';
import type { EntrySession } from '../../state/entry-session.svelte.ts';
import type { LabState } from '../../state/lab-state.svelte.ts';

/** Columns and rows that a command goes on in the grid. */
const steps: Partial<Record<CommandId, readonly [columns: number, rows: number]>> = {
  'cell-left': [-1, 0],
  'cell-right': [1, 0],
  'cell-up': [0, -1],
  'cell-down': [0, 1],
};

/** Performs a command on an entry's screen, where `open` goes to a cell; false where it is none of this screen. */
export function entryCommand(
  session: EntrySession,
  lab: LabState,
  open: (cellId: string) => void,
  command: CommandId,
): boolean {
  if (scrubCommand(session.scrubber, command)) return true;
  const places = steps[command];
  if (places !== undefined) step(session, ...places);
  else if (command === 'previous-run') stepRun(session, -1);
  else if (command === 'next-run') stepRun(session, 1);
  else if (command === 'open' || command === 'grid-or-single') {
    if (session.selectedId !== null) open(session.selectedId);
  } else if (command === 'next-map') lab.changeSettings({ map: nextValueMap(lab.settings.map) });
  else if (command === 'leave') lab.router.go({ screen: 'notebook', trash: false });
  else if (command === 'marker') void session.addMarker();
  else if (command === 'export' && !lab.isPage) lab.dialog = 'export';
  else return false;
  return true;
}

function step(session: EntrySession, columns: number, rows: number): void {
  const { selected, plan, choice, across } = session;
  if (selected === null) return;
  const next = isLine(choice)
    ? neighbourInLine(plan, selected, columns + rows * across)
    : neighbourCell(plan, selected, columns, rows);
  session.selectedId = next.id;
}

/** The cell before or after the selected one, in reading order. */
function stepRun(session: EntrySession, by: number): void {
  const cells = session.plan.cells.flat().filter((cell) => cell !== null);
  const at = cells.findIndex(({ id }) => id === session.selectedId);
  session.selectedId = cells[(at + by + cells.length) % Math.max(1, cells.length)]?.id ?? session.selectedId;
}
