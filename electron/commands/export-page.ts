/** An entry as an HTML page, from the command line. */
import { ContractError } from '../contract/contract.ts';
import type { ExportedPage } from '../contract/exports.ts';
import type { Progress } from '../contract/call.ts';
import { openLab } from '../lab/lab.ts';
import type { Arguments } from './arguments.ts';
import { formatBytes, printJson, printLine, remark } from './console-output.ts';
import { withShown } from './entry-cell.ts';
import { writeOutput } from './frame-output.ts';
import { ProgressDisplay } from './run-progress.ts';
import { UserError } from './user-error.ts';

const defaultMegabytes = 25;

/** Writes the page of the entry that is named first, its size stated before. Throws UserError where it would be too large. */
export async function exportPage(args: Arguments, out: string): Promise<void> {
  const limit = (args.whole('limit', 1, 500) ?? defaultMegabytes) * 1_000_000;
  const entryId = await withShown(args, (entry) => Promise.resolve(entry.id));
  const display = new ProgressDisplay(process.stderr, () => performance.now() / 1000);
  const page = await entryPage(args.notebook(), entryId, limit, ({ done, of, what }) =>
    display.update(() => [`${done} of ${of} ${what}`]),
  );
  display.end();
  const held = page.every === 1 ? 'every snapshot' : `one snapshot in ${page.every}, and the last`;
  remark(`${formatBytes(page.bytes.length)} with ${held}`);
  await writeOutput(out, page.bytes);
  if (args.flag('json'))
    printJson({ out, entry: entryId, bytes: page.bytes.length, snapshotsEvery: page.every });
  else printLine(out);
}

async function entryPage(
  notebook: string,
  entryId: string,
  limit: number,
  onProgress: (progress: Progress) => void,
): Promise<ExportedPage> {
  const lab = await openLab({ notebook, shell: 'browser', isReader: true });
  try {
    const { signal } = new AbortController();
    const context = { signal, part: (part: unknown) => onProgress(part as Progress) };
    return (await lab.router.call('export.page', { entryId, limit }, context)) as ExportedPage;
  } catch (error) {
    if (error instanceof ContractError && error.code === 'refused') throw new UserError(error.message, 1);
    throw error;
  } finally {
    await lab.close();
  }
}
