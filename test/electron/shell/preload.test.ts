import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Runs the built preload script with a fake of what a sandboxed one may require. */
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
  const script = readFileSync('dist/node/preload.cjs', 'utf8');
  const require = (name: string): unknown => {
    if (name === 'electron') return electron;
    throw new Error(`a sandboxed preload script cannot require ${name}`);
  };
  new Function('require', 'module', 'exports', script)(require, { exports: {} }, {});
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
