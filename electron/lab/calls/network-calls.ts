/** Calls about networks as files: opening those of other programs, exporting any for other tools. */
import { openedEntryId } from '../../contract/opened-entry.ts';
import type { CallHandlers } from './router.ts';
import type { NetworkAt } from './frame-service.ts';
import type { LabContext } from './lab-context.ts';
import { LabError } from '../disk/lab-error.ts';
import { openShownCell } from '../comparisons/shown-entry.ts';
import type { OpenedNetworks } from './opened-networks.ts';

type NetworkCall = 'network.open' | 'network.read' | 'network.slope' | 'cell.weights';

/** Handlers of the calls about networks as files. */
export function networkCalls(
  { notebook, background, uploads }: LabContext,
  networkAt: NetworkAt,
  opened: OpenedNetworks,
): CallHandlers<NetworkCall> {
  return {
    async 'network.open'({ name, upload }, { signal }) {
      const { digest, format, imported } = await uploads.use(upload, (path) =>
        background.run('read-network', { path, name }, { signal }),
      );
      return opened.add(name, digest, format, imported);
    },
    'network.read': ({ id }) => Promise.resolve(opened.summary(id)),
    'network.slope': ({ id, slope }) => Promise.resolve(opened.withSlope(id, slope)),
    async 'cell.weights'({ entryId, cellId, epoch: wanted, format }, { signal }) {
      const { network, epoch } = await networkAt(entryId, cellId, wanted, signal);
      const isOpened = entryId === openedEntryId;
      const { label } = isOpened
        ? { label: opened.summary(cellId).name.replace(/\.(?:safetensors|onnx)$/i, '') }
        : (await openShownCell(notebook, entryId, cellId)).cell;
      const metadata: Record<string, string> = isOpened
        ? {}
        : { entry: entryId, cell: cellId, label, epoch: String(epoch) };
      const isSlopeKnown = !isOpened || opened.isSlopeSure(cellId);
      if (!isSlopeKnown && format !== 'safetensors') {
        throw new LabError(
          'refused',
          'An ONNX model has its slope written into it, and this file does not tell its own. Set the slope first.',
        );
      }
      const task = { network, metadata, format, isSlopeKnown };
      const bytes = await background.run('write-network', task, { signal });
      const words = isOpened ? label : `${label}, epoch ${epoch}`;
      const name = `${words.replaceAll(/[^\p{L}\p{N}._*[\]-]+/gu, '-')}.${format === 'safetensors' ? format : 'onnx'}`;
      return { name, type: 'application/octet-stream', bytes, epoch };
    },
  };
}
