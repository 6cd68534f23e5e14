/** The command line: `creasebook COMMAND`, from a clone `npm run -s lab -- COMMAND`. */
import './program/node-byte-work.ts';
import { Arguments } from './commands/arguments.ts';
import type { Command } from './commands/command.ts';
import { alignColumns, printLine, remark } from './commands/console-output.ts';
import { reportFromError, UserError } from './commands/user-error.ts';
import { programVersion } from './program/assets.ts';

/** Commands by name, loaded when they are called for. */
const commands = new Map<string, () => Promise<Command>>([
  ['run', async () => (await import('./commands/run.ts')).runCommand],
  ['ls', async () => (await import('./commands/ls.ts')).lsCommand],
  ['show', async () => (await import('./commands/show.ts')).showCommand],
  ['frame', async () => (await import('./commands/frame.ts')).frameCommand],
  ['weights', async () => (await import('./commands/weights.ts')).weightsCommand],
  ['hash', async () => (await import('./commands/hash.ts')).hashCommand],
  ['grid', async () => (await import('./commands/grid.ts')).gridCommand],
  ['chart', async () => (await import('./commands/chart.ts')).chartCommand],
  ['compare', async () => (await import('./commands/compare.ts')).compareCommand],
  ['film', async () => (await import('./commands/film.ts')).filmCommand],
  ['export', async () => (await import('./commands/export.ts')).exportCommand],
  ['ask', async () => (await import('./commands/ask.ts')).askCommand],
  ['findings', async () => (await import('./commands/findings.ts')).findingsCommand],
  ['measure', async () => (await import('./commands/measure.ts')).measureCommand],
  ['companion', async () => (await import('./commands/science/companion.ts')).companionCommand],
  ['reproduce', async () => (await import('./commands/science/reproduce.ts')).reproduceCommand],
  ['import', async () => (await import('./commands/import.ts')).importCommand],
  ['verify', async () => (await import('./commands/verify.ts')).verifyCommand],
  ['regions', async () => (await import('./commands/regions.ts')).regionsCommand],
  ['thin', async () => (await import('./commands/thin.ts')).thinCommand],
  ['pack', async () => (await import('./commands/pack.ts')).packCommand],
  ['fsck', async () => (await import('./commands/fsck.ts')).fsckCommand],
  ['submit', async () => (await import('./commands/cluster/submit.ts')).submitCommand],
  ['work', async () => (await import('./commands/cluster/work.ts')).workCommand],
  ['jobs', async () => (await import('./commands/cluster/jobs.ts')).jobsCommand],
  ['collect', async () => (await import('./commands/cluster/collect.ts')).collectCommand],
  ['cancel', async () => (await import('./commands/cluster/cancel.ts')).cancelCommand],
  ['selftest', async () => (await import('./commands/selftest.ts')).selftestCommand],
  ['queue', async () => (await import('./commands/queue.ts')).queueCommand],
  ['serve', async () => (await import('./commands/serve.ts')).serveCommand],
  ['bench', async () => (await import('./commands/bench/bench.ts')).benchCommand],
  ['start', async () => (await import('./commands/start.ts')).startCommand],
]);

const commonOptions = [
  ['  --notebook DIR', 'the notebook folder (default Documents/Creasebook, or CREASEBOOK_NOTEBOOK)'],
  ['  --json', 'one JSON document on stdout; progress goes to stderr'],
];

/** Loads a command. Throws UserError where there is none of this name. */
function loaded(name: string): Promise<Command> {
  const load = commands.get(name);
  if (load === undefined) {
    throw new UserError(`unknown command '${name}'; commands are ${[...commands.keys()].join(', ')}`);
  }
  return load();
}

async function helpOf(name: string): Promise<void> {
  const { usage, summary } = await loaded(name);
  printLine(`creasebook ${name} ${usage}`.trimEnd());
  printLine(`    ${summary}\n`);
  alignColumns(commonOptions).forEach(printLine);
}

async function help(): Promise<void> {
  printLine('creasebook COMMAND [options]: the lab notebook for overfitting experiments\n');
  const rows = await Promise.all(
    [...commands].map(async ([name, load]) => {
      const command = await load();
      return [`  ${name} ${command.usage}`, command.summary];
    }),
  );
  rows.forEach(([usage = '', summary = '']) => printLine(`${usage}\n      ${summary}`));
  printLine('');
  alignColumns(commonOptions).forEach(printLine);
}

async function main(argv: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = argv;
  if (name === '--version' || name === 'version') {
    printLine(programVersion());
    return 0;
  }
  const asksForAll = name === 'help' || name === '--help' || name === '-h';
  const subject = asksForAll ? rest.find((word) => !word.startsWith('-')) : name;
  if (asksForAll || rest.includes('--help') || rest.includes('-h')) {
    await (subject === undefined ? help() : helpOf(subject));
    return 0;
  }
  const command = await loaded(name);
  return command.run(new Arguments(name, rest, command.options, command.positionals));
}

// Whoever reads a part of the output alone, as `head` does, has had enough; the command still does its work. A terminal
// that was closed answers with EIO.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { exitCode, line } = reportFromError(error);
  remark(`creasebook: ${line}`);
  if (process.env['CREASEBOOK_DEBUG'] !== undefined && error instanceof Error) remark(error.stack ?? '');
  process.exitCode = exitCode;
}
