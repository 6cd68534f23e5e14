/** Decoded pictures of entries, the last few of them. */
import type { Picture } from '../../../experiments/targets/picture.ts';
import type { Background } from './background.ts';
import type { EntryStore } from '../notebook/entry-store.ts';

const maxPictures = 4;

export class PictureCache {
  readonly #background: Background;
  readonly #pictures = new Map<string, Promise<Picture>>();

  constructor(background: Background) {
    this.#background = background;
  }

  /** The picture that cells of an entry refer to by `digest`; decoded in the background. Throws LabError and TargetError. */
  get(entry: EntryStore, digest: string): Promise<Picture> {
    const known = this.#pictures.get(digest);
    if (known !== undefined) return known;
    const picture = this.#decoded(entry, digest);
    this.#pictures.set(digest, picture);
    picture.catch(() => this.#pictures.delete(digest));
    const [oldest] = this.#pictures.keys();
    if (this.#pictures.size > maxPictures && oldest !== undefined) this.#pictures.delete(oldest);
    return picture;
  }

  async #decoded(entry: EntryStore, digest: string): Promise<Picture> {
    const bytes = await entry.targetPicture(digest);
    return this.#background.run('decode', { source: { kind: 'file', digest, bytes } });
  }
}
