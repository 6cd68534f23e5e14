/** What the system hands to the app: links to places of the notebook, and files of its kinds. */
import type { OpenRequest } from '../../electron/contract/app.ts';
import type { LabState } from './lab-state.svelte.ts';
import { isExchangeFileName, isNetworkFileName, openNetworkFile } from './opened-files.ts';

/** Opens everything that was handed over and not taken yet, the oldest first. */
export async function takeRequests(lab: LabState): Promise<void> {
  await lab.attempt(async () => {
    for (;;) {
      const request = await lab.client.call('app.take', {});
      if (request === null) return;
      await open(lab, request);
    }
  });
}

async function open(lab: LabState, request: OpenRequest): Promise<void> {
  if (request.kind === 'place') {
    const { entryId, cellId, epoch } = request;
    const entries = await lab.client.call('notebook.list', {});
    if (!entries.some(({ id }) => id === entryId)) {
      lab.say('The link leads to an entry that is not in this notebook.', 'warning');
      return;
    }
    lab.wantedPlace = { entryId, cellId, epoch, view: null };
    lab.router.go(cellId === null ? { screen: 'entry', entryId } : { screen: 'cell', entryId, cellId });
    return;
  }
  const { name, bytes } = request;
  const file = new File([new Uint8Array(bytes)], name);
  if (isNetworkFileName(name)) await openNetworkFile(lab, file);
  else if (isExchangeFileName(name)) lab.chosenFile = file;
  else {
    lab.droppedSweep = new TextDecoder().decode(bytes);
    lab.router.go({ screen: 'new', from: `file:${name}` });
  }
}
