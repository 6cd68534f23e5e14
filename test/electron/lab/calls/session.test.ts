import { describe, expect, it } from 'vitest';
import { eventsAhead, type LabMessage } from '../../../../electron/contract/contract.ts';
import { createEventHub } from '../../../../electron/contract/event-hub.ts';
import type { Router } from '../../../../electron/lab/calls/router.ts';
import { createSession } from '../../../../electron/lab/calls/session.ts';
import { stubRouter } from './stub-router.ts';
import { until } from '../queue/queue-fakes.ts';

function opened(router: Router = stubRouter({}), drained = () => Promise.resolve()) {
  const events = createEventHub();
  const sent: LabMessage[] = [];
  const session = createSession(router, events, { send: (message) => void sent.push(message), drained });
  return { events, sent, session };
}

const progress = (item: string, epoch: number) =>
  ({ item, epoch, loss: 0, seconds: 0, epochsPerSecond: 1, secondsLeft: 1 }) as const;

describe('a session', () => {
  it('answers calls with parts, then the result', async () => {
    const router = stubRouter({
      'export.grid': (_parameters, { part }) => {
        part({ done: 1, of: 2, what: 'cells' });
        return Promise.resolve({ name: 'a.png', type: 'image/png', bytes: new Uint8Array([1]) });
      },
    });
    const { session, sent } = opened(router);
    const parameters = {
      entryId: '0123abcd',
      epoch: 'last',
      cellSize: 64,
      scale: 1,
      drawing: 'prediction',
      map: 'grey',
      points: true,
      format: 'png',
    };
    expect(session.receive({ kind: 'call', id: 7, name: 'export.grid', parameters })).toBe(true);
    await until(() => sent.length === 2);
    expect(sent).toEqual([
      { kind: 'part', id: 7, value: { done: 1, of: 2, what: 'cells' } },
      { kind: 'result', id: 7, value: { name: 'a.png', type: 'image/png', bytes: new Uint8Array([1]) } },
    ]);
  });

  it('stops working on a cancelled call and says nothing more about it', async () => {
    let signal: AbortSignal | null = null;
    const router = stubRouter({
      'queue.read': (_parameters, context) => {
        signal = context.signal;
        return new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => reject(new Error('stopped')));
        });
      },
    });
    const { session, sent } = opened(router);
    session.receive({ kind: 'call', id: 1, name: 'queue.read', parameters: {} });
    await until(() => signal !== null);
    session.receive({ kind: 'cancel', id: 1 });
    await until(() => signal?.aborted === true);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(sent).toEqual([]);
  });

  it('gives up all calls when it is closed', async () => {
    const signals: AbortSignal[] = [];
    const router = stubRouter({
      'queue.read': (_parameters, { signal }) => {
        signals.push(signal);
        return new Promise(() => undefined);
      },
    });
    const { session, sent, events } = opened(router);
    for (let id = 0; id < 3; id++) session.receive({ kind: 'call', id, name: 'queue.read', parameters: {} });
    await until(() => signals.length === 3);
    session.close();
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
    events.emit('notebook.changed', null);
    expect(sent).toEqual([]);
    expect(session.receive({ kind: 'cancel', id: 1 })).toBe(false);
  });

  it('takes a limited number of calls at once', async () => {
    const { session, sent } = opened(stubRouter({ 'queue.read': () => new Promise(() => undefined) }));
    for (let id = 0; id < 70; id++) session.receive({ kind: 'call', id, name: 'queue.read', parameters: {} });
    await until(() => sent.length === 6);
    expect(sent.every((message) => message.kind === 'error' && message.error.code === 'busy')).toBe(true);
  });

  it.each([
    [null],
    [{}],
    [{ kind: 'call', id: -1, name: 'queue.read', parameters: {} }],
    [{ kind: 'call', id: 1, name: 7, parameters: {} }],
    [{ kind: 'call', id: 1, name: 'queue.read', parameters: {}, more: true }],
    [{ kind: 'seen', events: 1e9 }],
    [{ kind: 'result', id: 1, value: 1 }],
  ])('does not take %o for a message', (message) => {
    expect(opened().session.receive(message)).toBe(false);
  });

  it('does not start calls before replies are read', async () => {
    let letThrough: () => void = () => undefined;
    let ran = 0;
    const router = stubRouter({
      'queue.read': () => {
        ran += 1;
        return Promise.resolve(null as never);
      },
    });
    const { session } = opened(router, () => new Promise((resolve) => (letThrough = resolve)));
    session.receive({ kind: 'call', id: 1, name: 'queue.read', parameters: {} });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(ran).toBe(0);
    letThrough();
    await until(() => ran === 1);
  });
});

describe('a session with a slow reader', () => {
  it('holds back all but the last event of each kind', () => {
    const { events, sent, session } = opened();
    for (let epoch = 1; epoch <= 100_000; epoch++) {
      events.emit('queue.progress', progress(`0123abcd/000000000000000${epoch % 4}`, epoch));
    }
    expect(sent).toHaveLength(eventsAhead);
    session.receive({ kind: 'seen', events: eventsAhead });
    const last = sent
      .slice(eventsAhead)
      .map((message) => (message as { value: { epoch: number } }).value.epoch);
    expect(last.sort((a, b) => a - b)).toEqual([99_997, 99_998, 99_999, 100_000]);
    session.receive({ kind: 'seen', events: 4 });
    expect(sent).toHaveLength(eventsAhead + 4);
  });

  it('holds a limited number of events of different kinds', () => {
    const { events, sent, session } = opened();
    for (let cell = 0; cell < 10_000; cell++) {
      events.emit('queue.progress', progress(`0123abcd/${cell.toString(16).padStart(16, '0')}`, cell));
    }
    let before = -1;
    while (sent.length > before) {
      before = sent.length;
      session.receive({ kind: 'seen', events: eventsAhead });
    }
    expect(sent.length).toBeLessThanOrEqual(2000 + eventsAhead);
    const last = sent.at(-1) as { value: { epoch: number } };
    expect(last.value.epoch).toBe(9999);
  });

  it('never drops the last change of the queue, without which nobody knows that one was missed', () => {
    const { events, sent, session } = opened();
    for (let at = 0; at < eventsAhead; at++) events.emit('notebook.changed', null);
    events.emit('queue.changed', { since: 7, revision: 8, facts: {}, patches: [] });
    for (let cell = 0; cell < 5000; cell++) {
      events.emit('queue.progress', progress(`0123abcd/${cell.toString(16).padStart(16, '0')}`, cell));
    }
    session.receive({ kind: 'seen', events: eventsAhead });
    expect(sent[eventsAhead]).toMatchObject({ name: 'queue.changed', value: { revision: 8 } });
  });

  it('tells a fast reader every event', () => {
    const { events, sent, session } = opened();
    for (let epoch = 1; epoch <= 1000; epoch++) {
      events.emit('queue.progress', progress('0123abcd/0000000000000000', epoch));
      session.receive({ kind: 'seen', events: 1 });
    }
    expect(sent).toHaveLength(1000);
  });
});
