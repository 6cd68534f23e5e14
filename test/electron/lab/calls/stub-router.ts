/** A router whose handlers are given by the test; all others fail loudly. */
import type { CallName } from '../../../../electron/contract/contract.ts';
import { callParameters } from '../../../../electron/contract/parameters.ts';
import { createRouter, type CallHandlers, type Router } from '../../../../electron/lab/calls/router.ts';

export function stubRouter(handlers: Partial<CallHandlers>): Router {
  const missing = (name: string) => () => Promise.reject(new Error(`no handler for ${name}`));
  const all = Object.keys(callParameters).map((name) => [name, handlers[name as CallName] ?? missing(name)]);
  return createRouter(Object.fromEntries(all) as CallHandlers);
}
