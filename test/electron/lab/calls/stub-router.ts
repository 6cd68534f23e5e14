/** A router whose handlers are given by the test; all others fail loudly. */
import { calls } from '../../../../electron/contract/calls.ts';
import type { CallName } from '../../../../electron/contract/contract.ts';
import { createRouter, type CallHandlers, type Router } from '../../../../electron/lab/calls/router.ts';

export function stubRouter(handlers: Partial<CallHandlers>): Router {
  const missing = (name: string) => () => Promise.reject(new Error(`no handler for ${name}`));
  const all = Object.keys(calls).map((name) => [name, handlers[name as CallName] ?? missing(name)]);
  return createRouter(Object.fromEntries(all) as CallHandlers);
}
