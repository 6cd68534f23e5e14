/** Names of entries' folders, and what people may say instead. */

/** A short name for files and folders: lower-case letters, digits and single dashes. */
export function slugOf(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const slug = plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 48)
    .replaceAll(/-+$/g, '');
  return slug === '' ? 'sweep' : slug;
}

/** The id at the end of an entry's folder name. */
export function idOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('-') + 1);
}

/** Whether a folder's name, its id, or its name after the date begins with `words`. */
export function begins(folder: string, words: string): boolean {
  return (
    words !== '' &&
    [folder, idOf(folder), folder.slice('2026-01-01-'.length)].some((name) => name.startsWith(words))
  );
}

/** The first dozen of some folders, for a message. */
export function shown(folders: readonly string[]): string {
  const more = folders.length > 12 ? ` and ${folders.length - 12} more` : '';
  return `${folders
    .slice(0, 12)
    .map((folder) => folder)
    .join(', ')}${more}`;
}

/** The day of a time in UTC: archives of an entry are the same wherever they are made. */
export function utcDay(iso: string): string {
  return new Date(iso).toISOString().slice(0, 10);
}

/** Name of a new entry's folder: day, a short form of the sweep's name, id. */
export function folderName(day: string, name: string, id: string): string {
  return `${day}-${slugOf(name)}-${id}`;
}
