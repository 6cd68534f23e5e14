/** The app's own scheme: serves the built renderer and nothing else. */
import type { CustomScheme, Protocol } from 'electron';
import { pageHeaders } from '../policy/csp.ts';
import { appScheme, isAppUrl } from '../policy/origins.ts';
import { rendererFile } from '../program/renderer-files.ts';

/** What the scheme may do; to be registered before the app is ready. */
export const schemePrivileges: CustomScheme = {
  scheme: appScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true, stream: false },
};

/** Serves the files below `folder` under the app's scheme. */
export function serveScheme(protocol: Pick<Protocol, 'handle'>, folder: string): void {
  protocol.handle(appScheme, (request) => answer(request, folder));
}

/** The answer to a request: the file with the page's headers; without a body of ours for anything else. */
export async function answer(request: Request, folder: string): Promise<Response> {
  if (!isAppUrl(request.url)) return refusal(403);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405);
  const file = await rendererFile(folder, new URL(request.url).pathname);
  if (file === null) return refusal(404);
  const headers = { ...pageHeaders, 'Content-Type': file.type };
  return new Response(request.method === 'HEAD' ? null : file.bytes, { status: 200, headers });
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: { ...pageHeaders } });
}
