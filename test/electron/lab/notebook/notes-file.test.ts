import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskFileSystem } from '../../../../electron/lab/disk/files.ts';
import { readNotes, writeNotes } from '../../../../electron/lab/notebook/notes-file.ts';
import { scratchFolder } from '../../scratch-folder.ts';

async function edited(bytes: Buffer, edit: (text: string) => string): Promise<Buffer> {
  const folder = mkdtempSync(join(scratchFolder(), 'entry-'));
  writeFileSync(join(folder, 'notes.md'), bytes);
  await writeNotes(diskFileSystem, folder, edit(await readNotes(diskFileSystem, folder)));
  return readFileSync(join(folder, 'notes.md'));
}

const mark = '\ufeff';

describe('what other editors left in notes', () => {
  it.each([
    [
      'ends of lines',
      'one\r\ntwo\r\n',
      (text: string) => `${text}three\nfour`,
      'one\r\ntwo\r\nthree\r\nfour',
    ],
    [
      'a mark of byte order',
      `${mark}one\r\ntwo`,
      (text: string) => text.replace('two', '2'),
      `${mark}one\r\n2`,
    ],
    ['odd ends among others', 'a\r\nb\nc\rd\n', (text: string) => text.replace('b', 'B'), 'a\r\nB\r\nc\rd\n'],
    ['a last line without an end', 'a\nb', (text: string) => `${text}\nc`, 'a\nb\nc'],
    ['nothing', '', () => 'first\nwords\n', 'first\nwords\n'],
  ])('stays: %s', async (_what, before, edit, after) => {
    expect((await edited(Buffer.from(before), edit)).toString()).toBe(after);
  });

  it('stays: bytes that are no UTF-8, in lines that nobody touched', async () => {
    const latin1 = Buffer.from('Gr\xfc\xdfe\nsecond\n', 'latin1');
    const bytes = await edited(latin1, (text) => `${text}third\n`);
    expect(bytes).toEqual(Buffer.concat([latin1, Buffer.from('third\n')]));
  });

  it('is not among the words that are shown', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'notes.md'), `${mark}one\r\ntwo\rthree`);
    expect(await readNotes(diskFileSystem, folder)).toBe('one\ntwo\nthree');
  });

  it('is the same file again where nothing changed', async () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0d, 0x0a, 0xff, 0x0a]);
    expect(await edited(bytes, (text) => text)).toEqual(bytes);
  });
});
