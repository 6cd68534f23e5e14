/** The built renderer's files, for the browser and for Electron's scheme alike. */
import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { assetPath } from '../policy/asset-path.ts';

/** A file of the interface: its bytes and its media type. */
export interface RendererFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Media type. */
  readonly type: string;
}

/**
 * The file below `folder` that the path of a URL names; null where there is none or where it lies outside of the
 * folder, links followed.
 */
export async function rendererFile(folder: string, urlPath: string): Promise<RendererFile | null> {
  const asset = assetPath(urlPath);
  if (asset === null) return null;
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, ...asset.names));
    if (!path.startsWith(root + sep)) return null;
    return { bytes: new Uint8Array(await readFile(path)), type: asset.type };
  } catch {
    // Not there, or not readable: for whoever asks it is the same.
    return null;
  }
}
