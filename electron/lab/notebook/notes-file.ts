/** The notes of an entry as they lie in its folder: whatever other editors left of bytes stays where the words stay. */
import { join } from 'node:path';
import { lineChanges } from '../../../experiments/text/line-merge.ts';
import { readWhole, writeWhole, type FileSystem } from '../disk/files.ts';
import { LabError } from '../disk/lab-error.ts';

const maxBytes = 1 << 24;
const [lineFeed, carriageReturn] = [10, 13];
const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);

/** Path of the notes of the entry in a folder. */
export function notesPath(entryPath: string): string {
  return join(entryPath, 'notes.md');
}

/** The notes of the entry in a folder, lines parted by line feeds; empty where there is no such file. Throws LabError. */
export async function readNotes(fs: FileSystem, entryPath: string): Promise<string> {
  return linesOf(await notesBytes(fs, entryPath))
    .map(({ text }) => text)
    .join('\n');
}

/**
 * Writes notes. Lines that were there before keep their bytes and their ends, new ones end as the others do; a byte order
 * mark stays. Throws LabError.
 */
export async function writeNotes(fs: FileSystem, entryPath: string, text: string): Promise<void> {
  const before = await notesBytes(fs, entryPath);
  await writeWhole(fs, notesPath(entryPath), rewritten(before, text));
}

async function notesBytes(fs: FileSystem, entryPath: string): Promise<Uint8Array> {
  try {
    return await readWhole(fs, notesPath(entryPath), maxBytes);
  } catch (error) {
    // Somebody may have removed the file: then there are no notes.
    if (error instanceof LabError && error.code === 'not-found') return new Uint8Array(0);
    throw error;
  }
}

/** A line of a file: its words, its bytes and those that end it. */
interface NotesLine {
  readonly text: string;
  readonly bytes: Uint8Array;
  readonly end: Uint8Array;
}

function hasMark(bytes: Uint8Array): boolean {
  return byteOrderMark.every((byte, at) => bytes[at] === byte);
}

function linesOf(bytes: Uint8Array): NotesLine[] {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const lines: NotesLine[] = [];
  let from = hasMark(bytes) ? byteOrderMark.length : 0;
  for (let at = from; at <= bytes.length; at++) {
    const isEnd = at === bytes.length || bytes[at] === lineFeed || bytes[at] === carriageReturn;
    if (!isEnd) continue;
    const length =
      at === bytes.length ? 0 : bytes[at] === carriageReturn && bytes[at + 1] === lineFeed ? 2 : 1;
    const line = bytes.subarray(from, at);
    lines.push({ text: decoder.decode(line), bytes: line, end: bytes.subarray(at, at + length) });
    if (length === 2) at++;
    from = at + 1;
  }
  return lines;
}

function rewritten(before: Uint8Array, text: string): Uint8Array<ArrayBuffer> {
  const old = linesOf(before);
  const words = text.split('\n');
  const kept = new Map<number, NotesLine>();
  let [from, to] = [0, 0];
  const changes = lineChanges(
    old.map((line) => line.text),
    words,
  );
  for (const change of [...changes, { from: old.length, to: old.length, lines: [] }]) {
    for (; from < change.from; from++, to++) kept.set(to, old[from]);
    from = change.to;
    to += change.lines.length;
  }
  const usualEnd = old.find(({ end }) => end.length > 0)?.end ?? Uint8Array.of(lineFeed);
  const encoder = new TextEncoder();
  const parts = words.flatMap((line, at) => {
    const same = kept.get(at);
    const end = same === undefined || same.end.length === 0 ? usualEnd : same.end;
    return [same?.bytes ?? encoder.encode(line), ...(at === words.length - 1 ? [] : [end])];
  });
  return joined(hasMark(before) ? [byteOrderMark, ...parts] : parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
