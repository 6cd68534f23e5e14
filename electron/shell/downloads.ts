/** Files that a page hands to the person: the system asks where to put them, and the page hears what became of them. */
import { basename } from 'node:path';
import type { Session, WebContents } from 'electron';
import type { LabEvents } from '../contract/contract.ts';

/** Tells a page in words whether a file was saved; nobody else knows whether the person chose a place for it. */
export function followDownloads(
  session: Pick<Session, 'on'>,
  tell: (page: WebContents, notice: LabEvents['app.notice']) => void,
): void {
  session.on('will-download', (_event, item, page) => {
    item.once('done', (_done, state) => {
      if (state === 'completed')
        tell(page, { level: 'info', message: `Saved ${basename(item.getSavePath())}.` });
      else if (state === 'cancelled')
        tell(page, { level: 'info', message: `${item.getFilename()} was not saved.` });
      else
        tell(page, { level: 'error', message: `${item.getFilename()} could not be saved. Save it again.` });
    });
  });
}
