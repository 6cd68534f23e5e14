/** Chinese, Japanese and Korean letters of figures, from fonts that the machine has. */
import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { FontSource } from '../../../experiments/figures/fitted-fonts.ts';

/** Files of typefaces that systems bring or people install, best first. */
const typefaces: readonly RegExp[] = [
  /^NotoSans(?:Mono)?CJK.*-Regular\.(?:ttc|otf)$/,
  /^SourceHanSans.*-Regular\.(?:ttc|otf)$/,
  /^(?:PingFang|Hiragino Sans GB|AppleSDGothicNeo|STHeiti Light)\.ttc$/,
  /^(?:msyh|YuGothR|meiryo|msgothic|msjh)\.ttc$/i,
  /^(?:malgun|simhei)\.ttf$/i,
  /^(?:wqy-microhei|wqy-zenhei)\.ttc$/,
  /^(?:DroidSansFallback(?:Full)?|ipag|ipaexg|NanumGothic|NanumBarunGothic)\.ttf$/,
  /^(?:uming|ukai)\.ttc$/,
];

/** Folders of fonts below which nobody looks further. */
const deepest = 5;

/** Folders in which Linux, macOS and Windows keep fonts. */
function fontFolders(): string[] {
  const home = homedir();
  const windows = process.env['WINDIR'];
  const local = process.env['LOCALAPPDATA'];
  return [
    join(home, '.fonts'),
    join(home, '.local', 'share', 'fonts'),
    '/usr/local/share/fonts',
    '/usr/share/fonts',
    join(home, 'Library', 'Fonts'),
    '/Library/Fonts',
    '/System/Library/Fonts',
    ...(windows === undefined ? [] : [join(windows, 'Fonts')]),
    ...(local === undefined ? [] : [join(local, 'Microsoft', 'Windows', 'Fonts')]),
  ];
}

/** Fonts with Chinese, Japanese or Korean letters in some folders, best first; each is read when it is asked for a letter. */
export function machineFontSources(folders = fontFolders()): FontSource[] {
  const found = folders.flatMap((folder) => filesBelow(folder, deepest));
  return typefaces
    .flatMap((typeface) => found.filter(({ name }) => typeface.test(name)))
    .map(({ path }, at) => ({ family: `machine ${at}`, file: () => new Uint8Array(readFileSync(path)) }));
}

interface FontPath {
  readonly name: string;
  readonly path: string;
}

function filesBelow(folder: string, levels: number): FontPath[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return levels > 0 ? filesBelow(path, levels - 1) : [];
    return entry.isFile() ? [{ name: entry.name, path }] : [];
  });
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Most machines have few of the folders.
    return [];
  }
}
