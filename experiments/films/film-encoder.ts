/** Films that need no codec: animated GIF and a zip of PNG frames. Bytes come out as frames go in. */
import { Zip, ZipPassThrough } from 'fflate';
import type { RgbaImage } from '../drawing/colouring.ts';
import { createGif } from './film-gif.ts';
import { encodePng } from '../formats/png.ts';
import type { FilmEncoder } from './film-bytes.ts';

/** Formats that are encoded here; others need a video encoder. */
export type PlainFilmFormat = 'gif' | 'zip';

/**
 * An encoder. `samples` are some of the film's pictures, from which a GIF takes its 255 colours; GIF times are whole
 * hundredths of a second.
 */
export function createFilmEncoder(
  format: PlainFilmFormat,
  frameRate: number,
  samples: readonly RgbaImage[],
): FilmEncoder {
  return format === 'gif' ? createGif(frameRate, samples) : createFrameZip();
}

/** Every frame of the film as a PNG of its own: `frame-00012-epoch-340.png`; held pictures are kept once. */
function createFrameZip(): FilmEncoder {
  let ready: Uint8Array[] = [];
  let frame = 0;
  const zip = new Zip((error, bytes) => {
    if (error !== null) throw error;
    ready.push(bytes);
  });
  const taken = (): Uint8Array[] => {
    const bytes = ready;
    ready = [];
    return bytes;
  };
  return {
    add(image, { epoch, frames }) {
      const name = `frame-${String(frame + 1).padStart(5, '0')}-epoch-${epoch}.png`;
      frame += frames;
      const file = new ZipPassThrough(name);
      // A fixed time (the first that zip knows), so that the same film has the same bytes.
      file.mtime = '1980-01-01 00:00:00';
      zip.add(file);
      file.push(encodePng(image), true);
      return taken();
    },
    finish() {
      zip.end();
      return taken();
    },
  };
}
