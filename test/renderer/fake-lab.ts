/** A lab client whose answers a test writes down. */
import {
  ContractError,
  type CallName,
  type CallOptions,
  type CallParameters,
  type CallResult,
  type EventName,
  type LabClient,
  type LabEvents,
} from '../../electron/contract/contract.ts';

export type Answers = {
  readonly [Name in CallName]?: (
    parameters: CallParameters<Name>,
    options: CallOptions<Name>,
  ) => CallResult<Name> | Promise<CallResult<Name>>;
};

export interface FakeLab extends LabClient {
  /** Every call so far. */
  readonly calls: { readonly name: CallName; readonly parameters: unknown }[];
  emit<Name extends EventName>(name: Name, event: LabEvents[Name]): void;
}

/** A client that answers as `answers` say; a call that none of them knows fails. */
export function fakeLab(answers: Answers): FakeLab {
  const calls: { name: CallName; parameters: unknown }[] = [];
  const listeners = new Map<EventName, Set<(event: never) => void>>();
  return {
    calls,
    async call<Name extends CallName>(
      name: Name,
      parameters: CallParameters<Name>,
      options: CallOptions<Name> = {},
    ): Promise<CallResult<Name>> {
      calls.push({ name, parameters });
      const answer = answers[name];
      if (answer === undefined) throw new ContractError('unknown-call', `The test does not answer ${name}.`);
      const { signal } = options;
      const cancelled = new Promise<never>((_, reject) =>
        signal?.addEventListener('abort', () => reject(new ContractError('cancelled', 'Given up.'))),
      );
      return Promise.race([cancelled, Promise.resolve(answer(parameters, options))]);
    },
    listen(name, listener) {
      const known = listeners.get(name) ?? new Set();
      known.add(listener as (event: never) => void);
      listeners.set(name, known);
      return () => known.delete(listener as (event: never) => void);
    },
    whenLost: () => undefined,
    emit(name, event) {
      for (const listener of listeners.get(name) ?? []) listener(event as never);
    },
  };
}

/** A promise and the functions that settle it. */
export function deferred<Value>(): {
  readonly promise: Promise<Value>;
  resolve(value: Value): void;
  reject(error: unknown): void;
} {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Lets everything that only waits for promises happen. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
