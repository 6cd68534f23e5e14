/**
 * Loaded before everything else in each thread and each child of the app: its module of files then reads archives as
 * Electron's does. E: lib/node/asar-fs-wrapper.ts, which replaces exactly the functions below in every environment of Node
 * (shell/common/node_bindings.cc, OnNodePreload): what it leaves alone sees a file where the archive is.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inArchive } from './archive.mjs';
import './archive-modules.mjs';

const { constants } = fs;
let nextInode = 0;

const notFound = ({ archive, inside }) =>
  Object.assign(new Error(`ENOENT, ${inside.slice(1)} not found in ${archive.path}`), {
    code: 'ENOENT',
    errno: -2,
  });

const entryOf = (place) => {
  const entry = place.archive.entry(place.inside);
  if (entry === undefined) throw notFound(place);
  return entry;
};

/** Numbers even where big integers were asked for. */
function factsOf(place) {
  const entry = entryOf(place);
  const kind = entry.files === undefined ? constants.S_IFREG : constants.S_IFDIR;
  const mode = constants.S_IROTH | constants.S_IRGRP | constants.S_IRUSR | constants.S_IWUSR | kind;
  const facts = own.statSync(place.archive.path);
  return Object.assign(facts, { dev: 1, mode, nlink: 1, ino: ++nextInode, size: entry.size ?? 0 });
}

function contentOf(place, options) {
  const entry = entryOf(place);
  if (entry.files !== undefined) throw notFound(place);
  const encoding = typeof options === 'string' ? options : options?.encoding;
  const bytes = place.archive.bytes(entry, place.inside);
  return encoding ? bytes.toString(encoding) : bytes;
}

function namesIn(place, options) {
  const { files } = entryOf(place);
  if (files === undefined) throw notFound(place);
  if (options?.withFileTypes !== true) return Object.keys(files);
  return Object.entries(files).map(
    ([name, entry]) =>
      new fs.Dirent(name, entry.files === undefined ? constants.UV_DIRENT_FILE : constants.UV_DIRENT_DIR),
  );
}

function allow(place, mode) {
  entryOf(place);
  if (((mode ?? 0) & constants.W_OK) === 0) return;
  throw Object.assign(new Error(`EACCES: permission denied, access '${place.inside}'`), { code: 'EACCES' });
}

const realPath = (place) => {
  entryOf(place);
  return join(own.realpathSync(place.archive.path), place.inside);
};
const copied = (place) => {
  const copy = place.archive.copyOut(place.inside);
  if (copy === null) throw notFound(place);
  return copy;
};

const own = { ...fs };
const ownPromises = { ...fs.promises };

/** Replaces name, nameSync and the promise of it: `read` gives what a path inside of an archive has. */
function replace(name, read) {
  fs[`${name}Sync`] = (path, ...options) => {
    const place = inArchive(path);
    if (place === null) return own[`${name}Sync`](path, ...options);
    const mayMiss = options[0]?.throwIfNoEntry === false;
    if (mayMiss && place.archive.entry(place.inside) === undefined) return null;
    return read(place, ...options);
  };
  fs[name] = (path, ...options) => {
    const place = inArchive(path);
    if (place === null) return own[name](path, ...options);
    const answer = options.pop();
    try {
      const value = read(place, ...options);
      process.nextTick(answer, null, value);
    } catch (error) {
      process.nextTick(answer, error);
    }
  };
  const inside = promisify(fs[name]);
  fs.promises[name] = (path, ...options) =>
    inArchive(path) === null ? ownPromises[name](path, ...options) : inside(path, ...options);
}

replace('lstat', factsOf);
replace('stat', factsOf);
replace('readFile', contentOf);
replace('readdir', namesIn);
replace('access', allow);
replace('realpath', realPath);
fs.realpathSync.native = fs.realpathSync;
fs.realpath.native = fs.realpath;
fs.existsSync = (path) => {
  const place = inArchive(path);
  return place === null ? own.existsSync(path) : place.archive.entry(place.inside) !== undefined;
};
for (const name of ['open', 'copyFile']) {
  const outside = (path) => {
    const place = inArchive(path);
    return place === null ? path : copied(place);
  };
  fs[name] = (path, ...rest) => own[name](outside(path), ...rest);
  fs[`${name}Sync`] = (path, ...rest) => own[`${name}Sync`](outside(path), ...rest);
  fs.promises[name] = async (path, ...rest) => ownPromises[name](outside(path), ...rest);
}
// A program of the archive is started from a copy.
const { execFile, execFileSync } = childProcess;
const program = (path) => {
  const place = inArchive(path);
  return place === null ? path : copied(place);
};
childProcess.execFile = (path, ...rest) => execFile(program(path), ...rest);
childProcess.execFileSync = (path, ...rest) => execFileSync(program(path), ...rest);
const { dlopen } = process;
process.dlopen = (module, path, ...rest) => dlopen.call(process, module, program(path), ...rest);
syncBuiltinESMExports();
