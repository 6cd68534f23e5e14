/** Events from the services to everybody who shows the lab. */
import type { EventName, LabEvents } from './contract.ts';

/** Hears of every event, by name. */
export type EventListener = <Name extends EventName>(name: Name, value: LabEvents[Name]) => void;

/** Passes events of the lab on to whoever listens. */
export interface EventHub {
  emit<Name extends EventName>(name: Name, value: LabEvents[Name]): void;
  /** Hears every event until the returned function is called. */
  listen(listener: EventListener): () => void;
}

/** A hub without listeners. Events that nobody hears are gone. */
export function createEventHub(): EventHub {
  const listeners = new Set<EventListener>();
  return {
    emit(name, value) {
      for (const listener of [...listeners]) listener(name, value);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** What an event is about: of several unsent events with the same key only the last one matters. */
export function eventKey<Name extends EventName>(name: Name, value: LabEvents[Name]): string {
  if (value === null) return name;
  const about = value as { readonly item?: string; readonly entryId?: string; readonly cellId?: string };
  if (name === 'app.notice') return `${name} ${(value as LabEvents['app.notice']).message}`;
  return [name, about.item, about.entryId, about.cellId].filter((part) => part !== undefined).join(' ');
}
