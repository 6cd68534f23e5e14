/** Pictures of a film in, bytes of a file out. */

import type { RgbaImage } from '../drawing/colouring.ts';
import type { FilmMoment } from './film-schedule.ts';

/** Takes the pictures of a film in order. */
export interface FilmEncoder {
  /** Bytes that are ready after this picture. */
  add(image: RgbaImage, moment: FilmMoment): Uint8Array[];
  /** The last bytes. */
  finish(): Uint8Array[];
}
