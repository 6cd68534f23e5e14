/** What hosts make of the replies to a task. */
import type { Reading } from './asked-worker.ts';
import { errorFromWorker, type FromWorker } from './task-protocol.ts';

/** 'done' and 'error' end a task; all else is on the way there. */
export function readReply(reply: FromWorker): Reading<'done'> {
  if (reply.kind === 'done') return { answer: 'done' };
  return reply.kind === 'error' ? { error: errorFromWorker(reply) } : null;
}

/** The reply of a kind that a task sends before its end. Rejects as the task does, and where there is no such reply. */
export async function replyOfKind<Kind extends FromWorker['kind']>(
  kind: Kind,
  perform: (onReply: (reply: FromWorker) => void) => Promise<unknown>,
): Promise<Extract<FromWorker, { kind: Kind }>> {
  const found: FromWorker[] = [];
  await perform((reply) => {
    if (reply.kind === kind) found[0] = reply;
  });
  if (found.length === 0) throw new Error(`What was to compute it returned no ${kind}.`);
  return found[0] as Extract<FromWorker, { kind: Kind }>;
}
