import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { ContractError } from '../../../electron/contract/contract.ts';
import { encodeMessage } from '../../../electron/contract/wire.ts';
import { createEventHub } from '../../../electron/contract/event-hub.ts';
import type { CallHandlers } from '../../../electron/lab/calls/router.ts';
import { serveLab, type LabServer } from '../../../electron/serve/server.ts';
import { until } from '../lab/queue/queue-fakes.ts';
import { stubRouter } from '../lab/calls/stub-router.ts';
import { clientOver, openRawSocket, openSocket, rendererSample } from './serve-tools.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function served(handlers: Partial<CallHandlers>) {
  const events = createEventHub();
  const server: LabServer = await serveLab({
    router: stubRouter(handlers),
    events,
    rendererFolder: rendererSample(),
  });
  closing.push(() => server.close());
  return { server, events };
}

function closed(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.on('close', resolve));
}

const frame = (epoch: number, values: Uint8Array) => ({
  epoch,
  view: { x0: 0, y0: 0, x1: 1, y1: 1 },
  width: 4,
  height: 2,
  outputs: 1,
  values,
  boundary: new Uint8Array([0b1010_0101]),
  distinctHashes: 3,
  boundaryShare: 0.5,
});

const frameParameters = {
  entryId: '0123abcd',
  cellId: '0123456789abcdef',
  epoch: 3,
  view: { x0: 0, y0: 0, x1: 1, y1: 1 },
  width: 4,
  height: 2,
  values: 'levels' as const,
  planes: {},
  priority: 'shown' as const,
  coarse: true,
};

describe('calls over a websocket', () => {
  it('carry typed arrays, parts and errors', async () => {
    const { server } = await served({
      'frame.render': (_parameters, { part }) => {
        part(frame(3, new Uint8Array(2)));
        return Promise.resolve(frame(3, new Uint8Array(8).fill(7)));
      },
      'queue.read': () => Promise.reject(new ContractError('conflict', 'not now')),
    });
    const client = clientOver(await openSocket(server));
    const parts: unknown[] = [];
    const result = await client.call('frame.render', frameParameters, { onPart: (part) => parts.push(part) });
    expect(result).toEqual(frame(3, new Uint8Array(8).fill(7)));
    expect(parts).toEqual([frame(3, new Uint8Array(2))]);
    await expect(client.call('queue.read', {})).rejects.toMatchObject({
      code: 'conflict',
      message: 'not now',
    });
    await expect(client.call('constructor' as never, {} as never)).rejects.toMatchObject({
      code: 'unknown-call',
    });
  });

  it('are given up by their caller, and when the connection ends', async () => {
    const signals: AbortSignal[] = [];
    const { server } = await served({
      'frame.render': (_parameters, { signal }) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
    });
    const socket = await openSocket(server);
    const client = clientOver(socket);
    const controller = new AbortController();
    const first = client.call('frame.render', frameParameters, { signal: controller.signal });
    const second = client.call('frame.render', frameParameters);
    await until(() => signals.length === 2);
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    await until(() => signals[0]?.aborted === true);
    expect(signals[1]?.aborted).toBe(false);
    socket.terminate();
    await expect(second).rejects.toMatchObject({ code: 'disconnected' });
    await until(() => signals[1]?.aborted === true);
  });

  it('hang up on whoever sends something else', async () => {
    const { server } = await served({});
    const strange: (string | Uint8Array)[] = [
      'text',
      new Uint8Array(0),
      new Uint8Array([1, 2, 3, 4, 5]),
      encodeMessage({ kind: 'result', id: 1, value: 1 }),
      encodeMessage([1]),
    ];
    for (const message of strange) {
      const socket = await openSocket(server);
      socket.send(message);
      expect(await closed(socket)).toBe(1007);
    }
  });

  it('refuse a message that is too long', async () => {
    const { server } = await served({});
    const socket = await openSocket(server);
    socket.on('error', () => undefined);
    socket.send(new Uint8Array(81 * 1024 * 1024));
    expect([1009, 1006]).toContain(await closed(socket));
  });

  it('do not read what is too long to its end, though the sender never stops', async () => {
    const { server } = await served({});
    const socket = await openRawSocket(server);
    socket.on('error', () => undefined);
    const taken = (bytes: Uint8Array): Promise<boolean> =>
      new Promise((resolve) => {
        socket.once('close', () => resolve(false));
        socket.write(bytes, (error) => resolve(!error));
      });
    // A binary frame of a terabyte, masked with zeros.
    await taken(Buffer.from([0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    let sent = 0;
    while (sent < 500 && (await taken(new Uint8Array(1 << 20)))) sent++;
    expect(sent).toBeLessThan(100);
  });
});

describe('a reader that does not read', () => {
  it('costs bounded memory and is shown the last value when it reads again', async () => {
    const { server, events } = await served({});
    const socket = await openSocket(server);
    const client = clientOver(socket);
    const seen: number[] = [];
    client.listen('queue.preview', ({ preview }) => seen.push(preview.epochs[0] ?? -1));
    socket.pause();
    const before = process.memoryUsage();
    const rounds = 20_000;
    for (let epoch = 1; epoch <= rounds; epoch++) {
      const block = {
        cellId: '0123456789abcdef',
        from: 0,
        epochs: Uint32Array.of(epoch),
        width: 128,
        height: 128,
        outputs: 1,
        values: new Uint8Array(16_384),
        boundary: new Uint8Array(2048),
      };
      events.emit('queue.preview', { item: '0123abcd/0123456789abcdef', preview: block });
      if (epoch % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    // 20,000 previews are 370 MB; what may wait is 32 of them and the last one.
    expect(process.memoryUsage().arrayBuffers - before.arrayBuffers).toBeLessThan(100 * 1024 * 1024);
    socket.resume();
    await until(() => seen.at(-1) === rounds, 'the last preview is seen');
    expect(seen.length).toBeLessThan(100);
  });

  it('has further calls wait until replies are read', async () => {
    let ran = 0;
    const { server } = await served({
      'frame.render': () => {
        ran += 1;
        return Promise.resolve(frame(1, new Uint8Array(8 * 1024 * 1024)));
      },
    });
    const socket = await openSocket(server);
    const client = clientOver(socket);
    socket.pause();
    const calls: Promise<unknown>[] = [];
    for (let call = 0; call < 40; call++) {
      calls.push(client.call('frame.render', frameParameters));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ran).toBeLessThan(40);
    socket.resume();
    await Promise.all(calls);
    expect(ran).toBe(40);
  });
});
