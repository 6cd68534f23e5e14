/**
 * The one contract between the lab and whoever shows it: every call with its parameters and result, every event, and
 * the messages that carry them. Transports (Electron's IPC, a websocket, a direct call) differ in nothing else.
 */
import type { z } from 'zod';
import type { AppEvents } from './app.ts';
import type { calls } from './calls.ts';
import type { EntryEvents } from './entries.ts';
import type { NotebookEvents } from './notebook.ts';
import type { QueueEvents } from './queue.ts';

type Calls = typeof calls;

/** Name of a call of the lab. */
export type CallName = keyof Calls;
/** Parameters of a call, as its parser returns them. */
export type CallParameters<Name extends CallName> = z.infer<Calls[Name]['parameters']>;
/** What a call answers. Typed arrays stay typed arrays in every transport. */
export type CallResult<Name extends CallName> = NonNullable<Calls[Name]['answers']>['result'];
/** What a call sends before its result; `never` for most. */
export type CallPart<Name extends CallName> = NonNullable<Calls[Name]['answers']>['part'];

/** What the lab tells by itself. A slow listener may miss values in between, never the last one. */
export interface LabEvents extends AppEvents, NotebookEvents, EntryEvents, QueueEvents {}
/** Name of an event of the lab. */
export type EventName = keyof LabEvents;

/** Why a call failed. The message is one sentence for a person. */
export type ContractErrorCode =
  | 'unknown-call'
  | 'bad-parameters'
  /** Given up because the caller asked for it or went away. */
  | 'cancelled'
  /** Too many calls at once. */
  | 'busy'
  | 'not-found'
  /** The notebook or the entry can only be read. */
  | 'read-only'
  /** Something else changed what was to be changed. */
  | 'conflict'
  | 'refused'
  | 'damaged'
  | 'newer-version'
  | 'disk'
  | 'not-reproducible'
  /** The connection to the lab broke; only clients say this. */
  | 'disconnected'
  | 'internal';

/** An error as it crosses the contract: a code for programs, one line for people. */
export interface ContractErrorData {
  readonly code: ContractErrorCode;
  readonly message: string;
}

/** An error that a caller can tell apart by its code. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
  readonly code: ContractErrorCode;

  constructor(code: ContractErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a caller may add to a call: a signal that aborts it, a listener for its parts. */
export interface CallOptions<Name extends CallName> {
  /** An abort gives the call up: it rejects with 'cancelled' and the lab stops working on it. */
  readonly signal?: AbortSignal;
  readonly onPart?: (part: CallPart<Name>) => void;
}

/** The lab as its callers see it. */
export interface LabClient {
  /** The call's result. Rejects with a ContractError. */
  call<Name extends CallName>(
    name: Name,
    parameters: CallParameters<Name>,
    options?: CallOptions<Name>,
  ): Promise<CallResult<Name>>;
  /** Calls `listener` for every event of that name until the returned function is called. */
  listen<Name extends EventName>(name: Name, listener: (event: LabEvents[Name]) => void): () => void;
  /** Calls `listener` whenever the connection is lost, also where no call is under way that would reject. */
  whenLost(listener: (reason: string) => void): void;
  /** Connects again after the connection was lost; listeners stay. Rejects where the lab does not answer. */
  reconnect?(): Promise<void>;
}

/** From a client to the lab. `id` is the client's own number for the call. */
export type ClientMessage =
  | { readonly kind: 'call'; readonly id: number; readonly name: string; readonly parameters: unknown }
  | { readonly kind: 'cancel'; readonly id: number }
  /** So many further events were received. */
  | { readonly kind: 'seen'; readonly events: number };

/** From the lab to a client. */
export type LabMessage =
  | { readonly kind: 'part'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: ContractErrorData }
  | { readonly kind: 'event'; readonly name: EventName; readonly value: unknown };

/** Events that a client may leave unseen before the lab holds the next ones back, keeping the last of each kind. */
export const eventsAhead = 32;
