/** Finding a command by a few letters. */

/** A command that the palette can find. */
export interface NamedCommand {
  readonly name: string;
  /** Where it belongs, and words it is also found by. */
  readonly group: string;
  readonly keys: string;
}

/**
 * Commands that hold all words of a query, best first: names that begin with the query, then names with a word that
 * does, then the rest, each in the given order.
 */
export function foundCommands<Command extends NamedCommand>(
  commands: readonly Command[],
  query: string,
): Command[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [...commands];
  const ranked = commands.flatMap((command, at) => {
    const name = command.name.toLowerCase();
    const all = `${name} ${command.group.toLowerCase()}`;
    if (!words.every((word) => all.includes(word))) return [];
    const first = words[0] ?? '';
    const rank = name.startsWith(first) ? 0 : name.includes(` ${first}`) ? 1 : 2;
    return [{ command, rank, at }];
  });
  return ranked.sort((a, b) => a.rank - b.rank || a.at - b.at).map(({ command }) => command);
}
