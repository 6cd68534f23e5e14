/** The client's half of the protocol, over any port that carries messages both ways. */
import {
  ContractError,
  type CallName,
  type CallOptions,
  type CallParameters,
  type CallResult,
  type ClientMessage,
  type EventName,
  type LabClient,
  type LabMessage,
  type LabEvents,
} from './contract.ts';

/** A connection to a lab: a websocket with the wire codec, Electron's IPC, or a direct one. */
export interface LabPort {
  send(message: ClientMessage): void;
  /** Called once, by the client: where messages go, and whom to tell that the connection is gone. */
  open(receive: (message: LabMessage) => void, lost: (reason: string) => void): void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: ContractError) => void;
  readonly onPart: (part: unknown) => void;
}

/** How many events are received before the lab is told. */
const seenEvery = 8;

/**
 * A lab client over a port. After the connection is lost every call rejects with 'disconnected', until `anotherPort` gave
 * another one.
 */
export function createLabClient(firstPort: LabPort, anotherPort?: () => Promise<LabPort>): LabClient {
  let port = firstPort;
  const pending = new Map<number, Pending>();
  const listeners = new Map<EventName, Set<(event: never) => void>>();
  const lostListeners: ((reason: string) => void)[] = [];
  let nextId = 1;
  let unseen = 0;
  let lostBecause: string | null = null;

  function receive(message: LabMessage): void {
    if (message.kind === 'event') {
      unseen += 1;
      if (unseen >= seenEvery) {
        port.send({ kind: 'seen', events: unseen });
        unseen = 0;
      }
      for (const listener of [...(listeners.get(message.name) ?? [])]) listener(message.value as never);
      return;
    }
    const call = pending.get(message.id);
    if (call === undefined) return;
    if (message.kind === 'part') {
      call.onPart(message.value);
      return;
    }
    pending.delete(message.id);
    if (message.kind === 'result') call.resolve(message.value);
    else call.reject(new ContractError(message.error.code, message.error.message));
  }

  function lost(reason: string): void {
    lostBecause = reason;
    for (const call of pending.values()) call.reject(new ContractError('disconnected', reason));
    pending.clear();
    for (const listener of lostListeners) listener(reason);
  }

  function giveUp(id: number): void {
    const call = pending.get(id);
    if (call === undefined) return;
    pending.delete(id);
    port.send({ kind: 'cancel', id });
    call.reject(new ContractError('cancelled', 'The call was given up.'));
  }

  port.open(receive, lost);

  async function reconnect(newPort: () => Promise<LabPort>): Promise<void> {
    if (lostBecause === null) return;
    port = await newPort();
    [lostBecause, unseen] = [null, 0];
    port.open(receive, lost);
  }

  return {
    whenLost: (listener) => void lostListeners.push(listener),
    ...(anotherPort === undefined ? {} : { reconnect: () => reconnect(anotherPort) }),
    call<Name extends CallName>(
      name: Name,
      parameters: CallParameters<Name>,
      options: CallOptions<Name> = {},
    ): Promise<CallResult<Name>> {
      if (lostBecause !== null) return Promise.reject(new ContractError('disconnected', lostBecause));
      const { signal, onPart } = options;
      if (signal?.aborted === true) {
        return Promise.reject(new ContractError('cancelled', 'The call was given up.'));
      }
      const id = nextId++;
      const abort = (): void => giveUp(id);
      signal?.addEventListener('abort', abort, { once: true });
      const result = new Promise<CallResult<Name>>((resolve, reject) => {
        pending.set(id, {
          resolve: resolve as (value: unknown) => void,
          reject,
          onPart: (part) => onPart?.(part as never),
        });
      });
      port.send({ kind: 'call', id, name, parameters });
      return result.finally(() => signal?.removeEventListener('abort', abort));
    },
    listen<Name extends EventName>(name: Name, listener: (event: LabEvents[Name]) => void): () => void {
      const known = listeners.get(name) ?? new Set();
      known.add(listener as (event: never) => void);
      listeners.set(name, known);
      return () => void known.delete(listener as (event: never) => void);
    },
  };
}
