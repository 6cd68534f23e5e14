/** What an entry must not tell about the machine it was made on. */

const posixPath = /(?<![\w.~-])(?:file:\/\/)?(?:\/[^\s/'"`:;,()<>]+)+\/([^\s/'"`:;,()<>]+)/g;
const windowsPath =
  /(?<!\w)(?:file:\/\/\/)?[A-Za-z]:(?:[\\/][^\s\\/'"`:;,()<>]+)*[\\/]([^\s\\/'"`:;,()<>]+)/g;

/** `text` with every absolute path cut down to its last part, so that no folder or user name is kept. */
export function withoutPaths(text: string): string {
  return text.replaceAll(windowsPath, '$1').replaceAll(posixPath, '$1');
}

/** The same for every value of an environment. */
export function environmentWithoutPaths(
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, withoutPaths(value)]));
}
