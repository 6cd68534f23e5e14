/**
 * Modules of an archive, found and read as Node does it with files. In Electron Node's own loaders see archives (E:
 * patches/node/fix_expose_readfilesync_override_for_modules.patch); here hooks stand in for that.
 */
import Module, { isBuiltin, registerHooks } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inArchive } from './archive.mjs';

const textOf = (path) => {
  const place = inArchive(path);
  const entry = place?.archive.entry(place.inside);
  return entry === undefined || entry.files !== undefined
    ? null
    : place.archive.bytes(entry, place.inside).toString();
};
const isFile = (path) => {
  const place = inArchive(path);
  const entry = place?.archive.entry(place.inside);
  return entry !== undefined && entry.files === undefined;
};
const factsOf = (folder) => {
  const text = textOf(join(folder, 'package.json'));
  return text === null ? null : JSON.parse(text);
};

/** What an `exports` says for a subpath. */
function exported(exports, subpath, conditions) {
  const chosen = (value) => {
    if (typeof value === 'string' || value === null || value === undefined) return value ?? null;
    if (Array.isArray(value)) return chosen(value[0]);
    for (const [condition, inner] of Object.entries(value)) {
      if (condition !== 'default' && !conditions.includes(condition)) continue;
      const found = chosen(inner);
      if (found !== null) return found;
    }
    return null;
  };
  const isTable = typeof exports === 'object' && Object.keys(exports).some((key) => key.startsWith('.'));
  if (!isTable) return subpath === '.' ? chosen(exports) : null;
  if (Object.hasOwn(exports, subpath)) return chosen(exports[subpath]);
  const fits = Object.keys(exports)
    .map((pattern) => [pattern, ...pattern.split('*')])
    .filter(([, head, tail]) => tail !== undefined && subpath.startsWith(head) && subpath.endsWith(tail));
  // The longest beginning counts, then the longest pattern.
  const [best] = fits.sort((a, b) => b[1].length - a[1].length || b[0].length - a[0].length);
  if (best === undefined) return null;
  const [pattern, head, tail] = best;
  const star = subpath.slice(head.length, subpath.length - tail.length);
  return chosen(exports[pattern])?.replaceAll('*', star) ?? null;
}

/** A file for a path as CommonJS completes it; null where there is none. */
function completed(path) {
  for (const ending of ['', '.js', '.json', '.cjs']) if (isFile(path + ending)) return path + ending;
  const { main } = factsOf(path) ?? {};
  if (main !== undefined && main !== '.' && main !== './') return completed(join(path, main));
  return isFile(join(path, 'index.js')) ? join(path, 'index.js') : null;
}

/** The file of a package's name, looked for in each node_modules above. */
function inPackages(name, from, conditions) {
  const parts = name.split('/');
  const length = name.startsWith('@') ? 2 : 1;
  const subpath = ['.', ...parts.slice(length)].join('/');
  for (let folder = from; inArchive(folder) !== null; folder = dirname(folder)) {
    const home = join(folder, 'node_modules', ...parts.slice(0, length));
    const facts = factsOf(home);
    if (facts === null) continue;
    if (facts.exports === undefined) return completed(join(home, subpath));
    const target = exported(facts.exports, subpath, conditions);
    return target === null ? null : join(home, target);
  }
  return null;
}

function formatOf(path) {
  if (path.endsWith('.mjs')) return 'module';
  if (path.endsWith('.cjs')) return 'commonjs';
  if (path.endsWith('.json')) return 'json';
  for (let folder = dirname(path); inArchive(folder) !== null; folder = dirname(folder)) {
    const facts = factsOf(folder);
    if (facts !== null) return facts.type === 'module' ? 'module' : 'commonjs';
  }
  return 'commonjs';
}

function pathOf(specifier, parent, conditions) {
  if (specifier.startsWith('file:')) return fileURLToPath(specifier);
  if (specifier.startsWith(sep)) return completed(specifier);
  if (/^\.{1,2}(?:\/|$)/.test(specifier)) {
    const path = join(dirname(parent), specifier);
    return conditions.includes('require') ? completed(path) : path;
  }
  return inPackages(specifier, dirname(parent), conditions);
}

const isInside = (url) => url?.startsWith('file:') === true && inArchive(fileURLToPath(url)) !== null;

registerHooks({
  resolve(specifier, context, next) {
    const isOwn = isInside(specifier) || (specifier.startsWith(sep) && inArchive(specifier) !== null);
    if (!isOwn && (!isInside(context.parentURL) || isBuiltin(specifier))) return next(specifier, context);
    const parent = context.parentURL === undefined ? '' : fileURLToPath(context.parentURL);
    const path = pathOf(specifier, parent, context.conditions ?? []);
    if (path === null || !isFile(path)) return next(specifier, context);
    return { url: pathToFileURL(path).href, format: formatOf(path), shortCircuit: true };
  },
  load(url, context, next) {
    if (!isInside(url)) return next(url, context);
    const path = fileURLToPath(url);
    return { source: textOf(path), format: formatOf(path), shortCircuit: true };
  },
});

// A look-up of a place alone goes by no hook.
const { _resolveFilename } = Module;
Module._resolveFilename = (specifier, parent, ...rest) => {
  const isOwn =
    parent?.filename !== undefined && inArchive(parent.filename) !== null && !isBuiltin(specifier);
  const path = isOwn ? pathOf(specifier, parent.filename, ['node', 'require']) : null;
  return path !== null && isFile(path) ? path : _resolveFilename(specifier, parent, ...rest);
};
