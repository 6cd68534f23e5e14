/**
 * A file system in memory that knows what is durable: file content after `sync`, names after `syncFolder`. It can stop
 * before any operation, and it tells what a disk may hold afterwards.
 */
import { basename, dirname } from 'node:path';
import type { FileFacts, FileSystem, OpenFile, OpenMode } from '../../electron/lab/disk/files.ts';

interface FileNode {
  readonly kind: 'file';
  current: Uint8Array;
  durable: Uint8Array;
}

interface FolderNode {
  readonly kind: 'folder';
  current: Map<string, FileNode | FolderNode>;
  durable: Map<string, FileNode | FolderNode>;
}

type DiskNode = FileNode | FolderNode;

const identities = new WeakMap<DiskNode, string>();
let made = 0;

function identityOf(node: DiskNode): string {
  const known = identities.get(node) ?? String(++made);
  identities.set(node, known);
  return known;
}

/** What of the unsynced changes is on the disk after a stop. */
export interface Survival {
  /** Names that were made, renamed or removed without a sync of the folder. */
  readonly names: 'old' | 'new';
  /** Content that was written without a sync: gone, there, half there, or there in length but as zeros. */
  readonly data: 'old' | 'new' | 'half' | 'zeros';
}

/** All that can happen, in the corners. */
export const survivals: readonly Survival[] = [
  { names: 'old', data: 'old' },
  { names: 'old', data: 'new' },
  { names: 'new', data: 'old' },
  { names: 'new', data: 'new' },
  { names: 'new', data: 'half' },
  { names: 'new', data: 'zeros' },
];

/** Thrown by every operation of a stopped machine. */
export class Stopped extends Error {}

export interface Faults {
  /** The machine stops before the operation of this number (from 0). */
  stopAt?: number;
  /** The operation of this number fails with this errno. */
  failAt?: number;
  errno?: string;
  /** So many operations in a row fail; 1 where nothing is said. */
  failures?: number;
  /** Longest single write in bytes. */
  longestWrite?: number;
}

export class ModelFileSystem implements FileSystem {
  /** Operations so far that change something or make it durable. */
  operations = 0;
  faults: Faults = {};
  readonly log: string[] = [];
  #root: FolderNode = folder();

  /** A machine after a stop of this one: what survived is durable. The lock's owner is dead. */
  afterStop(survival: Survival): ModelFileSystem {
    const next = new ModelFileSystem();
    next.#root = survivor(this.#root, survival) as FolderNode;
    const lock = next.#find('/notebook/.lock');
    if (lock?.kind === 'folder') lock.current = lock.durable = new Map();
    return next;
  }

  /** The same machine after the process alone was killed: nothing is lost, and nothing became durable either. */
  afterKill(): ModelFileSystem {
    const next = new ModelFileSystem();
    next.#root = this.#root;
    const lock = next.#find('/notebook/.lock');
    if (lock?.kind === 'folder') lock.current = lock.durable = new Map();
    return next;
  }

  async open(path: string, mode: OpenMode): Promise<OpenFile> {
    const present = this.#find(path);
    if (mode === 'create') {
      this.#step(`create ${path}`);
      if (present !== undefined) throw failure('EEXIST');
      const node: FileNode = { kind: 'file', current: new Uint8Array(), durable: new Uint8Array() };
      this.#parent(path).current.set(basename(path), node);
      return this.#handle(node, path);
    }
    if (present === undefined) throw failure('ENOENT');
    if (present.kind === 'folder') throw failure('EISDIR');
    return this.#handle(present, path);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step(`rename ${from} ${to}`);
    const node = this.#find(from);
    if (node === undefined) throw failure('ENOENT');
    this.#parent(to).current.set(basename(to), node);
    this.#parent(from).current.delete(basename(from));
  }

  async link(from: string, to: string): Promise<void> {
    this.#step(`link ${from} ${to}`);
    const node = this.#find(from);
    if (node === undefined) throw failure('ENOENT');
    if (this.#find(to) !== undefined) throw failure('EEXIST');
    this.#parent(to).current.set(basename(to), node);
  }

  async remove(path: string): Promise<void> {
    this.#step(`remove ${path}`);
    if (!this.#parent(path).current.delete(basename(path))) throw failure('ENOENT');
  }

  async removeFolder(path: string): Promise<void> {
    this.#step(`remove ${path}`);
    this.#parent(path).current.delete(basename(path));
  }

  async makeFolder(path: string): Promise<void> {
    this.#step(`make ${path}`);
    const parent = this.#parent(path);
    if (parent.current.has(basename(path))) throw failure('EEXIST');
    parent.current.set(basename(path), folder());
  }

  async list(path: string): Promise<string[]> {
    const node = this.#find(path);
    if (node?.kind !== 'folder') throw failure('ENOENT');
    return [...node.current.keys()];
  }

  async facts(path: string): Promise<FileFacts | null> {
    const node = this.#find(path);
    if (node === undefined) return null;
    const size = node.kind === 'file' ? node.current.length : 0;
    return { kind: node.kind, size, modifiedMs: 0, identity: identityOf(node) };
  }

  async syncFolder(path: string): Promise<void> {
    this.#step(`sync ${path}`);
    const node = this.#find(path);
    if (node?.kind !== 'folder') throw failure('ENOENT');
    node.durable = new Map(node.current);
  }

  /** Content of a file, for assertions. */
  bytes(path: string): Uint8Array | undefined {
    const node = this.#find(path);
    return node?.kind === 'file' ? node.current : undefined;
  }

  #handle(node: FileNode, path: string): OpenFile {
    return {
      read: async (target, position) => {
        const bytes = node.current.subarray(position, position + target.length);
        target.set(bytes);
        return bytes.length;
      },
      write: async (bytes, position) => {
        this.#step(`write ${path}`);
        const part = bytes.subarray(0, this.faults.longestWrite ?? bytes.length);
        const grown = new Uint8Array(Math.max(node.current.length, position + part.length));
        grown.set(node.current);
        grown.set(part, position);
        node.current = grown;
        return part.length;
      },
      sync: async () => {
        this.#step(`sync ${path}`);
        node.durable = node.current.slice();
      },
      truncate: async (size) => {
        this.#step(`truncate ${path}`);
        node.current = node.current.slice(0, size);
      },
      size: async () => node.current.length,
      identity: async () => identityOf(node),
      close: async () => undefined,
    };
  }

  #step(what: string): void {
    const number = this.operations;
    if (this.faults.stopAt !== undefined && number >= this.faults.stopAt) throw new Stopped(what);
    this.operations++;
    this.log.push(what);
    const { failAt = Infinity, failures = 1, errno = 'EIO' } = this.faults;
    if (number >= failAt && number < failAt + failures) throw failure(errno);
  }

  #find(path: string): DiskNode | undefined {
    let node: DiskNode | undefined = this.#root;
    for (const name of path.split('/').filter((part) => part !== '')) {
      if (node?.kind !== 'folder') return undefined;
      node = node.current.get(name);
    }
    return node;
  }

  #parent(path: string): FolderNode {
    const parent = this.#find(dirname(path));
    if (parent?.kind !== 'folder') throw failure('ENOENT');
    return parent;
  }
}

function folder(): FolderNode {
  return { kind: 'folder', current: new Map(), durable: new Map() };
}

function failure(errno: string): Error {
  return Object.assign(new Error(errno), { code: errno });
}

function survivor(node: DiskNode, survival: Survival): DiskNode {
  if (node.kind === 'file') {
    const bytes = survivingBytes(node, survival.data);
    return { kind: 'file', current: bytes, durable: bytes };
  }
  const names = survival.names === 'old' ? node.durable : node.current;
  const children = new Map([...names].map(([name, child]) => [name, survivor(child, survival)] as const));
  return { kind: 'folder', current: children, durable: new Map(children) };
}

function survivingBytes({ current, durable }: FileNode, data: Survival['data']): Uint8Array {
  if (data === 'old') return durable.slice();
  if (data === 'new') return current.slice();
  const kept = Math.min(durable.length, current.length);
  if (data === 'half') return current.slice(0, kept + Math.floor((current.length - kept) / 2));
  const bytes = new Uint8Array(current.length);
  bytes.set(current.subarray(0, kept));
  return bytes;
}
