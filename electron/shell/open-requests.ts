/** Links and files that the system hands to the app, at its start and while it runs. */
import type { Lab } from '../lab/lab.ts';
import type { ElectronParts } from './electron-parts.ts';
import { openedFile, openedWords, placeOfLink } from './open-words.ts';

/** What is done with a request. */
export interface OpenParts {
  readonly lab: Pick<Lab, 'open'>;
  /** Brings a window to the front; opens one where there is none. */
  toFront(): void;
  /** Tells the person why something cannot be opened. */
  warn(message: string): void;
}

/** Takes requests from the moment it is made; they wait until `begin`. */
export interface OpenDoor {
  /** Words of the start of another instance, seen from its folder. */
  words(words: readonly string[], folder: string): void;
  begin(parts: OpenParts): void;
}

/** Listens to what the system asks for; call before the app is ready, when macOS tells what it was started with. */
export function openDoor(app: Pick<ElectronParts['app'], 'on'>): OpenDoor {
  const waiting: ((parts: OpenParts) => void)[] = [];
  let begun: OpenParts | null = null;
  const take = (request: (parts: OpenParts) => void): void => {
    if (begun === null) waiting.push(request);
    else request(begun);
  };
  const link = (text: string) => (parts: OpenParts) => {
    const place = placeOfLink(text);
    if (place === null) return parts.warn('The link leads to nothing that Creasebook knows.');
    parts.lab.open(place);
    parts.toFront();
  };
  const file = (path: string) => (parts: OpenParts) => {
    try {
      parts.lab.open(openedFile(path));
      parts.toFront();
    } catch (error) {
      parts.warn(error instanceof Error ? error.message : String(error));
    }
  };
  app.on('open-url', (event, url) => {
    event.preventDefault();
    take(link(url));
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    take(file(path));
  });
  return {
    words(words, folder) {
      for (const asked of openedWords(words, folder))
        take('link' in asked ? link(asked.link) : file(asked.path));
    },
    begin(parts) {
      begun = parts;
      for (const request of waiting.splice(0)) request(parts);
    },
  };
}
