/** Which addresses belong to the lab and which may be opened outside of it. */

/** The custom scheme under which Electron serves the renderer, and its only host. */
export const appScheme = 'creasebook';
export const appHost = 'lab';
/** Origin of every page of the app in Electron. */
export const appOrigin = `${appScheme}://${appHost}`;
/** The app's page in Electron. */
export const appPage = `${appOrigin}/`;

const maxUrlLength = 2048;

/** The parsed URL, or null. */
export function maybeUrl(text: unknown): URL | null {
  if (typeof text !== 'string' || text.length > maxUrlLength) return null;
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** Whether a URL is a page of the app: exact scheme and host, nothing before the host. */
export function isAppUrl(text: unknown): boolean {
  const url = maybeUrl(text);
  return (
    url !== null &&
    url.protocol === `${appScheme}:` &&
    url.host === appHost &&
    url.username === '' &&
    url.password === '' &&
    url.port === ''
  );
}

/** Whether a page may load a URL at all: its own files, what it made itself, and the developer tools. */
export function mayRequest(text: unknown): boolean {
  if (isAppUrl(text)) return true;
  // Blobs and data may be longer than addresses; only their beginning matters.
  return typeof text === 'string' && new RegExp(`^(?:blob:${appOrigin}/|data:|devtools://)`).test(text);
}

/** Whether a page may go to a URL: only within the app. */
export function mayNavigate(to: unknown): boolean {
  return isAppUrl(to);
}

/** The address to hand to the system's browser, or null: absolute http(s) URLs without credentials, as parsed. */
export function externalAddress(text: unknown): string | null {
  const url = maybeUrl(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  return url.username === '' && url.password === '' && url.hostname !== '' ? url.href : null;
}

/** New windows are never opened by pages; an external link goes to the system's browser instead. */
export function windowOpenDecision(url: unknown): {
  readonly action: 'deny';
  readonly external: string | null;
} {
  return { action: 'deny', external: externalAddress(url) };
}

/** Permissions that pages are granted: none. Copying text and full screen for a film need no permission. */
export function mayUsePermission(_permission: unknown): false {
  return false;
}
