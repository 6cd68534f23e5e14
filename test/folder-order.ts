/** The order of the folders as a pure check over source texts: arrows run down the floors, and no files import each other in a circle. */
import { posix } from 'node:path';
import { importsOf, type SourceFile } from './import-table.ts';

/**
 * Floors of each top folder, the ground first; `|` parts them. A file may import its own folder and lower floors. A name
 * is a folder, or a file that lies in the top folder itself. A folder of a folder belongs to the longest name that fits.
 */
export const floors: Readonly<Record<string, string>> = {
  experiments: `bytes hash random | network | engines | records targets | diagnostics drawing | polytopes | sweeps
    | formats tasks text | selection | entries figures | archives films findings cluster comparisons | charts companions | evidence reading`,
  electron: `contract policy lab/disk scripts | program job-systems | packaging compute | lab/notebook lab/sweeps | lab/comparisons
    | lab/exports lab/queue | lab/verification lab/cluster | lab/imports lab/findings | lab/background | lab/calls | lab | serve shell
    | commands | commands/bench commands/cluster commands/science | cli.ts work.ts`,
  renderer: `env.d.ts frames model transport film gpu styles | paint widgets | onnx polytopes | state
    | charts editors window screens/notebook screens/queue | screens/findings
    | screens/new-sweep screens/entry screens/questions | screens/cell
    | app.svelte | mount.ts | client.ts page | main.ts`,
};

const floorOf: ReadonlyMap<string, number> = new Map(
  Object.entries(floors).flatMap(([top, text]) =>
    text.split('|').flatMap((names, floor) =>
      names
        .trim()
        .split(/\s+/)
        .map((name) => [`${top}/${name}`, floor] as const),
    ),
  ),
);

/** One line for each import that runs up or sideways, each folder without a floor, each circle of files. */
export function orderViolations(files: readonly SourceFile[]): string[] {
  const targets = new Map(files.map((file) => [file.path, targetsOf(file)]));
  const homeless = files.filter(({ path }) => roomOf(path) === null);
  return [
    ...homeless.map(({ path }) => `${path}: its folder stands on no floor`),
    ...files.flatMap(({ path }) => (targets.get(path) ?? []).flatMap((target) => upward(path, target))),
    ...circles(targets).map((circle) => `a circle of files: ${circle.join(' -> ')}`),
  ];
}

/** Files that a source names relative to itself: imports and the scripts of workers. */
function targetsOf({ path, text }: SourceFile): string[] {
  const workers = [...text.matchAll(/new URL\(\s*'([^']+)',\s*import\.meta\.url\s*\)/g)].map(
    ([, name]) => name,
  );
  return [...importsOf(text), ...workers]
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.normalize(posix.join(posix.dirname(path), name.replace(/\?.*$/, ''))));
}

function upward(path: string, target: string): string[] {
  const [from, to] = [roomOf(path), roomOf(target)];
  if (from === null || to === null || from === to || topOf(path) !== topOf(target)) return [];
  const [low, high] = [floorOf.get(to) ?? 0, floorOf.get(from) ?? 0];
  return low < high ? [] : [`${path}: ${from} (floor ${high}) must not import ${target} (floor ${low})`];
}

function topOf(path: string): string {
  return path.split('/')[0] ?? '';
}

/** The longest name of a floor that a path lies in; null where there is none. */
function roomOf(path: string): string | null {
  for (let room = path; room.includes('/'); room = posix.dirname(room)) if (floorOf.has(room)) return room;
  return null;
}

/** Groups of files that reach each other, each as a walk along imports (Tarjan 1972, strongly connected components). */
function circles(targets: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.size - 1);
    stack.push(file);
    for (const next of targets.get(file) ?? []) {
      if (!targets.has(next)) continue;
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) {
        lowest.set(file, Math.min(lowest.get(file) ?? 0, lowest.get(next) ?? 0));
      }
    }
    if (lowest.get(file) !== order.get(file)) return;
    const members = stack.splice(stack.indexOf(file));
    if (members.length > 1 || (targets.get(file) ?? []).includes(file)) found.push(members);
  };
  for (const file of targets.keys()) if (!order.has(file)) visit(file);
  return found;
}
