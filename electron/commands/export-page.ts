/** An entry as an HTML page, from the command line. */
import type { ExportedPage, Progress } from '../contract/results.ts';
import { openLab } from '../lab/lab.ts';

/** Most bytes of a page where nobody says otherwise. */
export const defaultPageBytes = 25_000_000;

/** The page of an entry in a notebook's folder. Throws ContractError, 'refused' where it would be larger than `limit` bytes. */
export async function entryPage(
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
  } finally {
    await lab.close();
  }
}
