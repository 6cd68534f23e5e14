import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Runs a built preload script with a fake of what a sandboxed one may require. */
function run(name: string, electron: unknown, window: unknown = {}): void {
  const script = readFileSync(`dist/node/${name}.cjs`, 'utf8');
  const require = (wanted: string): unknown => {
    if (wanted === 'electron') return electron;
    throw new Error(`a sandboxed preload script cannot require ${wanted}`);
  };
  new Function('require', 'module', 'exports', 'window', script)(require, { exports: {} }, {}, window);
}

function loaded() {
  const exposed = new Map<string, Record<string, (...values: unknown[]) => unknown>>();
  const sent: unknown[][] = [];
  const listeners: ((event: unknown, message: unknown) => void)[] = [];
  const electron = {
    contextBridge: { exposeInMainWorld: (key: string, api: never) => void exposed.set(key, api) },
    ipcRenderer: {
      send: (...values: unknown[]) => void sent.push(values),
      on: (_channel: string, listener: (typeof listeners)[number]) => void listeners.push(listener),
      removeAllListeners: () => void listeners.splice(0),
    },
  };
  run('preload', electron);
  return { exposed, sent, listeners };
}

describe('the preload script', () => {
  it('exposes exactly two functions under one name', () => {
    const { exposed } = loaded();
    expect([...exposed.keys()]).toEqual(['creasebook']);
    expect(Object.keys(exposed.get('creasebook') ?? {})).toEqual(['send', 'listen']);
  });

  it('sends on the one channel and hands on messages without Electron’s event', () => {
    const { exposed, sent, listeners } = loaded();
    const bridge = exposed.get('creasebook');
    bridge?.['send']?.({ kind: 'seen', events: 1 }, 'more');
    expect(sent).toEqual([['lab', { kind: 'seen', events: 1 }]]);
    const received: unknown[][] = [];
    bridge?.['listen']?.((...values: unknown[]) => received.push(values));
    bridge?.['listen']?.((...values: unknown[]) => received.push(values));
    for (const listener of listeners) listener({ sender: 'secret' }, 'message');
    expect(received).toEqual([['message']]);
  });
});

it('the preload script of the compute window hands its port to the page, once, and exposes nothing', () => {
  const listeners: [string, (event: unknown) => void][] = [];
  const posted: unknown[][] = [];
  const ipcRenderer = {
    once: (...listener: (typeof listeners)[number]) => void listeners.push(listener),
  };
  run('gpu-preload', { ipcRenderer }, { postMessage: (...values: unknown[]) => void posted.push(values) });
  expect(listeners.map(([channel]) => channel)).toEqual(['compute-port']);
  listeners[0]?.[1]({ ports: ['a port'], sender: 'secret' });
  expect(posted).toEqual([['creasebook-compute-port', '*', ['a port']]]);
});
