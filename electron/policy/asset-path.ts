/** Which file of the renderer a URL names. */

const mediaTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  webmanifest: 'application/manifest+json; charset=utf-8',
  wasm: 'application/wasm',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  woff: 'font/woff',
  map: 'application/json; charset=utf-8',
};

/** A file below the renderer's folder: names from the folder down, and its media type. */
export interface AssetPath {
  readonly names: readonly string[];
  readonly type: string;
}

/**
 * The file that the path of a URL names ('/' is index.html); null for anything that is not a plain name below the
 * folder: dots at the beginning of a name, backslashes, encoded separators, empty names, unknown endings.
 */
export function assetPath(urlPath: string): AssetPath | null {
  if (!urlPath.startsWith('/') || urlPath.length > 1000) return null;
  const names = urlPath === '/' ? ['index.html'] : urlPath.slice(1).split('/').map(decoded);
  if (!names.every((name): name is string => name !== null && isPlainName(name))) return null;
  const ending = /\.([a-z0-9]+)$/.exec(names.at(-1) ?? '')?.[1] ?? '';
  const type = Object.hasOwn(mediaTypes, ending) ? mediaTypes[ending] : undefined;
  return type === undefined ? null : { names, type };
}

function decoded(name: string): string | null {
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}

/** Letters, digits and a few marks, not beginning with a dot: nothing that any file system reads as more than a name. */
function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._ @+-]*$/.test(name) && !name.endsWith('.') && !name.endsWith(' ');
}
