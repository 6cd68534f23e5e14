import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallName, ContractError, LabClient, LabMessage } from '../../../electron/contract/contract.ts';
import { createLabClient } from '../../../electron/contract/client.ts';
import { serveLab, type LabServer } from '../../../electron/serve/server.ts';
import { hostIpc } from '../../../electron/shell/ipc.ts';
import { clientOver, openSocket, rendererSample } from '../serve/serve-tools.ts';
import { FakeContents, FakeElectron, FakeFrame } from '../shell/fake-electron.ts';
import { openSmallLab, smallSweep, trained, type SmallLab } from './small-lab.ts';

let small: SmallLab;
let server: LabServer;
let entryId: string;
let cellId: string;
const clients = new Map<string, LabClient>();

/** A client as the page has it in Electron: messages are cloned both ways. */
function ipcClient({ lab }: SmallLab): LabClient {
  const electron = new FakeElectron();
  const contents = new FakeContents();
  contents.mainFrame = new FakeFrame('creasebook://lab/');
  hostIpc({ ipcMain: electron.ipcMain as never, lab: Promise.resolve(lab), isAppWindow: () => true });
  return createLabClient({
    send: (message) => electron.message(contents, message),
    open: (receive) => {
      contents.send = (_channel, message) => receive(structuredClone(message) as LabMessage);
    },
  });
}

beforeAll(async () => {
  small = await openSmallLab();
  const { lab, client } = small;
  entryId = await trained(client);
  cellId = (await client.call('entry.read', { entryId })).cells[0]?.id ?? '';
  server = await serveLab({ router: lab.router, events: lab.events, rendererFolder: rendererSample() });
  clients.set('direct', client);
  clients.set('websocket', clientOver(await openSocket(server)));
  clients.set('ipc', ipcClient(small));
});

afterAll(async () => {
  await server.close();
  await small.lab.close();
});

const view = { x0: 0.25, y0: 0.25, x1: 0.75, y1: 0.75 };

const calls: readonly [CallName, () => unknown][] = [
  ['app.info', () => ({})],
  ['settings.read', () => ({})],
  ['notebook.list', () => ({ search: 'small' })],
  ['entry.read', () => ({ entryId })],
  ['entry.columns', () => ({ entryId })],
  ['entry.series', () => ({ entryId, measures: ['truthMse'] })],
  ['entry.timelines', () => ({ entryId, cells: [{ cellId, from: 2 }] })],
  ['entry.baselines', () => ({ entryId, cellIds: [cellId] })],
  ['entry.events', () => ({ entryId, cellId })],
  ['previews.read', () => ({ entryId, cells: [{ cellId, from: 0, count: 100 }] })],
  ['previews.last', () => ({ entryId, cellIds: [cellId] })],
  [
    'frame.render',
    () => ({
      entryId,
      cellId,
      epoch: 40,
      view,
      width: 90,
      height: 60,
      values: 'float32',
      planes: { hashes: true, firstLayers: true, gradient: true },
      priority: 'shown',
      coarse: true,
    }),
  ],
  ['frame.probe', () => ({ entryId, cellId, epoch: 13, at: { x: 0.5, y: 0.3 }, from: { x: 0.1, y: 0.9 } })],
  ['cell.network', () => ({ entryId, cellId, epoch: 40 })],
  ['regions.count', () => ({ entryId, cellId, snapshots: 3 })],
  ['regions.read', () => ({ entryId, cellId })],
  ['cell.points', () => ({ entryId, cellId })],
  ['cell.truth', () => ({ entryId, cellId, view, width: 31, height: 17 })],
  ['sweep.check', () => ({ yaml: smallSweep })],
  ['sweep.check', () => ({ yaml: 'name: a\ntarget: ring\nepochs: many' })],
  ['sweep.edit', () => ({ yaml: smallSweep, edits: [{ path: ['epochs'], value: 80 }] })],
  ['sweep.presets', () => ({})],
  ['targets.list', () => ({})],
  ['targets.picture', () => ({ target: 'spiral', width: 20, height: 20 })],
  ['queue.read', () => ({})],
  ['notes.read', () => ({ entryId })],
  ['entry.read', () => ({ entryId: 'ffffffff' })],
  ['frame.render', () => ({ entryId })],
  ['constructor' as CallName, () => ({})],
];

it.each(calls.map(([name, parameters], at) => [`${at} ${name}`, name, parameters] as const))(
  'call %s has the same reply through every transport',
  async (_title, name, parameters) => {
    const replies: unknown[] = [];
    for (const client of clients.values()) {
      try {
        replies.push(await client.call(name, parameters() as never));
      } catch (error) {
        const { code, message } = error as ContractError;
        replies.push({ code, message });
      }
    }
    expect(replies).toHaveLength(3);
    expect(replies[1]).toStrictEqual(replies[0]);
    expect(replies[2]).toStrictEqual(replies[0]);
  },
);
