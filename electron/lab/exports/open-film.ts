/** The film that is being exported: it stays open from one picture to the next. */
import type { FilmPicture, FilmPlan } from '../../contract/exports.ts';
import type { FilmOptions } from '../../contract/exports.ts';
import { openFilm, type Film } from './film.ts';
import { LabError } from '../disk/lab-error.ts';
import { openNotebook } from '../notebook/notebook.ts';
import { shownEntry } from '../comparisons/shown-entry.ts';
import { programVersion } from '../../program/assets.ts';
import { createComputePool } from '../../compute/compute-pool.ts';
import { figurePixels } from './figure-file.ts';

interface OpenFilm {
  readonly key: string;
  readonly film: Film;
  close(): Promise<void>;
}

let open: OpenFilm | null = null;

/** What a film will be. It is opened anew, so that it has what was trained meanwhile. */
export async function filmPlan(task: FilmTask): Promise<FilmPlan> {
  await open?.close();
  open = null;
  const { moments, frames, seconds, rendered } = await filmOf(task);
  return { moments, frames, seconds, rendered };
}

/** A picture of a film. Throws LabError 'not-found' for a moment that it has not. */
export async function filmPicture({ moment, ...task }: FilmTask & { moment: number }): Promise<FilmPicture> {
  const film = await filmOf(task);
  if (moment >= film.moments.length) throw new LabError('not-found', `The film has no picture ${moment}.`);
  return film.picture(moment);
}

async function filmOf(task: FilmTask): Promise<Film> {
  const key = JSON.stringify(task);
  if (open?.key === key) return open.film;
  await open?.close();
  open = null;
  const notebook = await openNotebook(task.notebook, { mode: 'read' });
  const pool = createComputePool(task.threads);
  const close = async (): Promise<void> => {
    await pool.close();
    await notebook.close();
  };
  try {
    const film = await openFilm({
      entry: await shownEntry(notebook, task.entryId),
      engine: { renderFrame: (request) => pool.renderFrame(request, 'relaxed') },
      rasterise: figurePixels,
      options: task.options,
      date: task.date,
      program: `Creasebook ${programVersion()}`,
    });
    open = { key, film, close };
    return film;
  } catch (error) {
    await close();
    throw error;
  }
}
/** A film to be opened away from the main thread. */
export interface FilmTask {
  readonly notebook: string;
  readonly entryId: string;
  readonly options: FilmOptions;
  readonly date: string;
  readonly threads: number;
}
