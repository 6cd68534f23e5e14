/** `film`: the snapshots of an entry as a movie, one cell or the whole grid. */
import { localDay } from '../program/local-time.ts';
import { defaultValueMap, valueMapNames } from '../../experiments/drawing/colour-map.ts';
import { performance } from 'node:perf_hooks';
import { programVersion } from '../program/assets.ts';
import { openEngine } from './engine-option.ts';
import { figurePixels } from '../lab/exports/figure-file.ts';
import { hasFfmpeg } from '../lab/exports/ffmpeg.ts';
import { diskFileSystem } from '../lab/disk/files.ts';
import type { FilmOptions } from '../contract/exports.ts';
import { chosenCells } from '../lab/exports/chosen-cells.ts';
import { openFilm } from '../lab/exports/film.ts';
import { writeFilm, type FilmFormat } from '../lab/exports/film-file.ts';
import type { Arguments } from './arguments.ts';
import type { Command } from './command.ts';
import { formatDuration, printJson, printLine, remark } from './console-output.ts';
import { cellFromArguments, withShown } from './entry-cell.ts';
import { ProgressDisplay } from './run-progress.ts';
import { UserError } from './user-error.ts';

const formats: readonly FilmFormat[] = ['mp4', 'webm', 'gif', 'zip'];
const interruptedCode = 130;

export const filmCommand: Command = {
  usage: `ENTRY [--cell ID] [--where FILTER] [--epochs FIRST-LAST] [--every N] [--size 1920x1080] [--zoom 1|2|3|4] [--rate 25] [--hold-first 1] [--hold-last 2] [--draw prediction|error|layers] [--map ${valueMapNames.join('|')}] [--no-creases] [--no-labels] [--x AXIS --y AXIS] --out F.mp4|F.webm|F.gif|F.zip`,
  summary: 'the movie of an entry: one picture a snapshot, of one cell or of all side by side',
  options: {
    cell: 'text',
    where: 'text',
    epochs: 'text',
    every: 'text',
    size: 'text',
    zoom: 'text',
    rate: 'text',
    'hold-first': 'text',
    'hold-last': 'text',
    draw: 'text',
    map: 'text',
    'no-creases': 'flag',
    'no-labels': 'flag',
    x: 'text',
    y: 'text',
    engine: 'text',
    threads: 'text',
    out: 'text',
  },
  positionals: { min: 1, max: 1 },
  run: (args) =>
    withShown(args, async (entry) => {
      const out = args.requiredText('out');
      const format = formatOf(out);
      const cellId = args.text('cell') === undefined ? null : (await cellFromArguments(entry, args)).cell.id;
      const cells = await chosenCells(entry, args.text('where'));
      const options = filmOptions(args, cellId, format);
      const { pool, decision } = await openEngine(args);
      const stop = new AbortController();
      const interrupt = (): void => stop.abort();
      process.once('SIGINT', interrupt);
      process.once('SIGTERM', interrupt);
      const display = new ProgressDisplay(process.stderr, () => performance.now() / 1000);
      try {
        const film = await openFilm({
          entry,
          cells,
          engine: { renderFrame: (request) => pool.renderFrame(request, decision.frames) },
          rasterise: figurePixels,
          options,
          date: localDay(new Date()),
          program: `Creasebook ${programVersion()}`,
        });
        const startedAt = performance.now();
        const total = film.moments.length;
        await writeFilm(film, {
          fs: diskFileSystem,
          path: out,
          format,
          frameRate: options.timing.frameRate,
          signal: stop.signal,
          onProgress: (done) => display.update(() => [progressLine(done, total, startedAt)]),
        });
        display.end();
        if (args.flag('json')) {
          const { frames, seconds, width, height, rendered, panels, moments } = film;
          printJson({ out, format, frames, seconds, width, height, rendered, panels, moments });
        } else printLine(out);
        return 0;
      } catch (error) {
        if (!stop.signal.aborted) throw error;
        remark('Stopped; no file was written.');
        return interruptedCode;
      } finally {
        process.off('SIGINT', interrupt);
        process.off('SIGTERM', interrupt);
        await pool.close();
      }
    }),
};

function formatOf(out: string): FilmFormat {
  const format = formats.find((candidate) => out.toLowerCase().endsWith(`.${candidate}`));
  if (format === undefined) throw new UserError('--out must end in .mp4, .webm, .gif or .zip');
  if ((format === 'mp4' || format === 'webm') && !hasFfmpeg()) {
    throw new UserError(
      `a ${format} film needs ffmpeg, which was not found; install it, take .gif or .zip, or export from the app`,
      1,
    );
  }
  return format;
}

function filmOptions(args: Arguments, cellId: string | null, format: FilmFormat): FilmOptions {
  const size = /^(\d{1,5})x(\d{1,5})$/.exec(
    args.text('size') ?? (format === 'gif' ? '960x540' : '1920x1080'),
  );
  const [width, height] = [Number(size?.[1]), Number(size?.[2])];
  const isEven = width % 2 === 0 && height % 2 === 0;
  if (!(Math.min(width, height) >= 64 && Math.max(width, height) <= 4096 && isEven)) {
    throw new UserError('--size must be WIDTHxHEIGHT, even numbers from 64 to 4096, such as 1920x1080');
  }
  return {
    cellId,
    x: args.text('x'),
    y: args.text('y'),
    width,
    height,
    zoom: args.whole('zoom', 1, 4) ?? (cellId === null && format !== 'gif' ? 2 : 1),
    drawing: args.choice('draw', ['prediction', 'error', 'layers']) ?? 'prediction',
    map: args.choice('map', valueMapNames) ?? defaultValueMap,
    hasCreases: !args.flag('no-creases'),
    hasLabels: !args.flag('no-labels'),
    range: { ...epochRange(args.text('epochs')), every: args.whole('every', 1, 1_000_000) ?? 1 },
    timing: {
      frameRate: args.decimal('rate', 1, 60) ?? 25,
      holdFirst: args.decimal('hold-first', 0, 60) ?? 1,
      holdLast: args.decimal('hold-last', 0, 60) ?? 2,
    },
  };
}

function epochRange(text: string | undefined): { first: number; last: number | null } {
  if (text === undefined) return { first: 0, last: null };
  const range = /^(\d{1,9})-(\d{0,9})$/.exec(text);
  const first = Number(range?.[1]);
  const last = range?.[2] === '' ? null : Number(range?.[2]);
  if (range !== null && (last === null || first <= last)) return { first, last };
  throw new UserError(`--epochs must be FIRST-LAST, such as 0-6000 or 500-, is '${text}'`);
}

function progressLine(done: number, total: number, startedAt: number): string {
  const elapsed = (performance.now() - startedAt) / 1000;
  const left = (elapsed / done) * (total - done);
  return `film  ${done} of ${total} pictures  ${formatDuration(elapsed)}  about ${formatDuration(left)} left`;
}
