/** What happened to a cell, in words. */
import type { TimedEvent } from '../../../experiments/records/record-codec.ts';
import { formatCount } from '../../model/number-text.ts';
import { engineText } from '../../widgets/engine-text.ts';

/** One line about an event. */
export function eventText(event: TimedEvent['event']): string {
  switch (event.kind) {
    case 'started':
      return `started on ${engineText(event.engine)}`;
    case 'resumed':
      return `went on from epoch ${formatCount(event.epoch)} on ${engineText(event.engine)}`;
    case 'paused':
      return `paused at epoch ${formatCount(event.epoch)}`;
    case 'cancelled':
      return `cancelled at epoch ${formatCount(event.epoch)}`;
    case 'finished':
      return `finished at epoch ${formatCount(event.epoch)}${event.reason === 'goal' ? '' : ` (${event.reason})`}`;
    case 'failed':
      return `failed at epoch ${formatCount(event.epoch)}: ${event.message}`;
  }
}
