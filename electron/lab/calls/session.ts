/**
 * One client of the lab, whatever carries its messages: calls in, results and events out. A client that reads slowly
 * never makes the lab's memory grow: of events only the last of each kind waits, and calls wait until replies are read.
 */
import { z } from 'zod';
import { ContractError, eventsAhead, type EventName, type LabMessage } from '../../contract/contract.ts';
import { contractErrorFrom } from './contract-errors.ts';
import { eventKey, type EventHub } from '../../contract/event-hub.ts';
import type { Router } from './router.ts';

/** What a session needs of its transport. */
export interface SessionTransport {
  send(message: LabMessage): void;
  /** Resolves when little enough waits to be sent. */
  drained(): Promise<void>;
}

/**
 * One client of the lab: `receive` takes a message (false where it is none), `close` aborts what is under way.
 */
export interface Session {
  /** Takes a message of the client. False where it is not one: the transport should hang up. */
  receive(message: unknown): boolean;
  /** Gives up every call that is under way and stops listening. */
  close(): void;
}

/** Calls of one client that may be under way. */
const maxCalls = 64;
/** Distinct events that may wait for a slow client; beyond it the oldest are dropped. */
const maxWaitingEvents = 2000;

const clientMessage = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('call'),
    id: z.int().min(0),
    name: z.string().max(200),
    parameters: z.unknown(),
  }),
  z.strictObject({ kind: z.literal('cancel'), id: z.int().min(0) }),
  z.strictObject({ kind: z.literal('seen'), events: z.int().min(1).max(1000) }),
]);

/** A session that answers over `transport` until it is closed. */
export function createSession(router: Router, events: EventHub, transport: SessionTransport): Session {
  const calls = new Map<number, AbortController>();
  const waiting = new Map<string, { name: EventName; value: unknown }>();
  let unseen = 0;
  let closed = false;

  function sendEvents(): void {
    for (const [key, event] of waiting) {
      if (unseen >= eventsAhead) return;
      waiting.delete(key);
      unseen += 1;
      transport.send({ kind: 'event', ...event });
    }
  }

  function dropOldest(): void {
    for (const [key, { name }] of waiting) {
      // Who is never told the last change of the queue does not know that one was missed.
      if (name === 'queue.changed') continue;
      waiting.delete(key);
      return;
    }
  }

  const stopListening = events.listen((name, value) => {
    const key = eventKey(name, value);
    waiting.delete(key);
    waiting.set(key, { name, value });
    if (waiting.size > maxWaitingEvents) dropOldest();
    sendEvents();
  });

  async function perform(id: number, name: string, parameters: unknown): Promise<void> {
    const controller = new AbortController();
    calls.set(id, controller);
    const { signal } = controller;
    const answer = (message: LabMessage): void => {
      if (!closed && !signal.aborted) transport.send(message);
    };
    try {
      await transport.drained();
      const part = (value: unknown): void => answer({ kind: 'part', id, value });
      answer({ kind: 'result', id, value: await router.call(name, parameters, { signal, part }) });
    } catch (error) {
      const { code, message } = contractErrorFrom(error);
      answer({ kind: 'error', id, error: { code, message } });
    } finally {
      calls.delete(id);
    }
  }

  function refuse(id: number, error: ContractError): void {
    transport.send({ kind: 'error', id, error: { code: error.code, message: error.message } });
  }

  return {
    receive(message) {
      const parsed = clientMessage.safeParse(message);
      if (closed || !parsed.success) return false;
      const { data } = parsed;
      if (data.kind === 'seen') {
        unseen = Math.max(0, unseen - data.events);
        sendEvents();
      } else if (data.kind === 'cancel') calls.get(data.id)?.abort();
      else if (calls.has(data.id)) return false;
      else if (calls.size >= maxCalls) {
        refuse(data.id, new ContractError('busy', 'Too many calls are under way; try again.'));
      } else void perform(data.id, data.name, data.parameters);
      return true;
    },
    close() {
      closed = true;
      stopListening();
      waiting.clear();
      for (const controller of calls.values()) controller.abort();
    },
  };
}
