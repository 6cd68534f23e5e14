/** A session over a websocket: every message is one binary frame of the contract's wire codec. */
import type { WebSocket } from 'ws';
import type { LabMessage } from '../contract/contract.ts';
import { decodeMessage, encodeMessage } from '../contract/wire.ts';
import type { EventHub } from '../contract/event-hub.ts';
import type { Router } from '../lab/calls/router.ts';
import { createSession } from '../lab/calls/session.ts';

/** Maximum size of a message from a client, in bytes: a picture and its name. */
export const maxMessageBytes = 80 * 1024 * 1024;

/** Bytes that may wait to be sent before further calls wait. */
const maxWaitingBytes = 32 * 1024 * 1024;
/** A client that leaves this much unread is hung up on. */
const tooManyWaitingBytes = 1024 * 1024 * 1024;
const drainCheckMs = 20;
const pingMs = 30_000;

/** Close codes of RFC 6455. */
const badMessage = 1007;
const tooSlow = 1013;

/** Bytes of events that are told, so that they are made once for all clients. */
const encodedEvents = new WeakMap<object, Uint8Array>();

function encoded(message: LabMessage): Uint8Array {
  if (message.kind !== 'event' || typeof message.value !== 'object' || message.value === null)
    return encodeMessage(message);
  const known = encodedEvents.get(message.value);
  if (known !== undefined) return known;
  const bytes = encodeMessage(message);
  encodedEvents.set(message.value, bytes);
  return bytes;
}

/** Connects a websocket to the lab until either side closes it. */
export function attachSession(socket: WebSocket, router: Router, events: EventHub): void {
  const session = createSession(router, events, {
    send(message) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > tooManyWaitingBytes) {
        socket.close(tooSlow);
        socket.terminate();
        return;
      }
      socket.send(encoded(message));
    },
    async drained() {
      while (socket.readyState === socket.OPEN && socket.bufferedAmount > maxWaitingBytes) {
        await new Promise((resolve) => setTimeout(resolve, drainCheckMs));
      }
    },
  });
  let isAnswering = true;
  const pings = setInterval(() => {
    if (!isAnswering) socket.terminate();
    isAnswering = false;
    socket.ping();
  }, pingMs);
  socket.on('pong', () => (isAnswering = true));
  socket.on('message', (data, isBinary) => {
    isAnswering = true;
    if (!isBinary || !receive(data)) socket.close(badMessage);
  });
  // What breaks the protocol, or is too long, is not read to its end. 'close' follows.
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    clearInterval(pings);
    session.close();
  });

  function receive(data: unknown): boolean {
    const bytes = Array.isArray(data) ? Buffer.concat(data as Buffer[]) : (data as Buffer | ArrayBuffer);
    try {
      return session.receive(decodeMessage(new Uint8Array(bytes as ArrayBuffer)));
    } catch {
      // Not a message of the codec; the close code says so.
      return false;
    }
  }
}
