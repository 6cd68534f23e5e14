/** What a person chose of a film: the options that the lab takes, and the format of the file. */
import type { EntryDetail } from '../../electron/contract/entries.ts';
import type { EntryFilm } from '../film/film-export.ts';
import type { FilmFormat } from '../film/film-worker.ts';
import type { EntrySession } from '../state/entry-session.svelte.ts';

/** Sizes of films in pixels. */
export const filmSizes = [
  { width: 1920, height: 1080, name: '1920 × 1080' },
  { width: 1280, height: 720, name: '1280 × 720' },
  { width: 960, height: 540, name: '960 × 540' },
  { width: 1080, height: 1080, name: '1080 × 1080, square' },
] as const;

/** What the film dialog has chosen, and what would come of it. */
export class FilmChoice {
  whole = $state<'grid' | 'cell'>('grid');
  cellId = $state('');
  /** Place in `filmSizes`. */
  sizeAt = $state(0);
  format = $state<FilmFormat>('mp4');
  drawing = $state<EntryFilm['drawing']>('prediction');
  hasCreases = $state(true);
  hasLabels = $state(true);
  zoom = $state(2);
  frameRate = $state(25);
  holdFirst = $state(1);
  holdLast = $state(2);
  first = $state(0);
  last = $state(0);
  every = $state(1);
  /** The last epoch that any cell has reached. */
  readonly lastEpoch: number;
  readonly #session: EntrySession;

  readonly options: EntryFilm = $derived.by(() => this.#options());

  /** A film of what the session shows, from its first to its last epoch. */
  constructor(session: EntrySession, detail: EntryDetail) {
    const { ground, lab, selectedId } = session;
    this.#session = session;
    this.lastEpoch = Math.max(0, ...detail.cells.map((cell) => cell.lastEpoch ?? 0));
    this.last = this.lastEpoch;
    if (lab.router.route.screen === 'cell') this.whole = 'cell';
    this.cellId = selectedId ?? detail.cells[0]?.id ?? '';
    if (ground === 'error' || ground === 'layers') this.drawing = ground;
  }

  #options(): EntryFilm {
    const { entryId, choice, lab } = this.#session;
    const { width, height } = filmSizes[this.sizeAt];
    return {
      entryId,
      cellId: this.whole === 'cell' ? this.cellId : null,
      ...(choice.x === null ? {} : { x: choice.x }),
      ...(choice.y === null ? {} : { y: choice.y }),
      width,
      height,
      zoom: this.zoom,
      drawing: this.drawing,
      map: lab.settings.map,
      hasCreases: this.hasCreases,
      hasLabels: this.hasLabels,
      range: { first: this.first, last: this.last, every: this.every },
      timing: { frameRate: this.frameRate, holdFirst: this.holdFirst, holdLast: this.holdLast },
    };
  }
}
