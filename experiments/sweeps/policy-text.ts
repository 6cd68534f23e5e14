/** A snapshot policy as people write it: "every 100", "log 60", "budget 200 MB". */
import type { SnapshotPolicy } from './cell.ts';
import { policyFromDocument } from './sweep.ts';
import { SweepError } from './sweep-error.ts';
import { snapshots } from './sweep-schema.ts';

/** The policy of a text; the words and limits are those of a sweep's `snapshots`. Throws SweepError. */
export function policyFromText(text: string): SnapshotPolicy {
  const [, kind = '', value = ''] = /^\s*(\w+)[\s:]+(.*?)\s*$/.exec(text) ?? [];
  const parsed = snapshots.safeParse({ [kind]: kind === 'budget' ? value : Number(value) });
  if (parsed.success) return policyFromDocument(parsed.data);
  throw new SweepError(
    `'${text}' is no snapshot policy; there are 'every 100', 'log 60' and 'budget 200 MB'`,
  );
}
