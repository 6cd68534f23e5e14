/** A client on a lab in the same process: messages are handed over as they are. */
import type { LabClient } from '../../../electron/contract/contract.ts';
import { createLabClient, type LabPort } from '../../../electron/contract/client.ts';
import type { EventHub } from '../../../electron/contract/event-hub.ts';
import type { Router } from '../../../electron/lab/calls/router.ts';
import { createSession } from '../../../electron/lab/calls/session.ts';

/** A client over a session without a transport in between; `close` hangs up. */
export function directClient(router: Router, events: EventHub): { client: LabClient; close(): void } {
  let receive: Parameters<LabPort['open']>[0] = () => undefined;
  const session = createSession(router, events, {
    send: (message) => queueMicrotask(() => receive(structuredClone(message))),
    drained: () => Promise.resolve(),
  });
  const client = createLabClient({
    send: (message) => void session.receive(structuredClone(message)),
    open: (to) => {
      receive = to;
    },
  });
  return { client, close: () => session.close() };
}
