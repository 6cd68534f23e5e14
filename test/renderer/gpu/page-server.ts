/** A page with files for tests, under the same policy as the app's own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pageHeaders } from '../../../electron/policy/csp.ts';
import { rendererFile } from '../../../electron/program/renderer-files.ts';

export interface PageServer {
  /** Without a slash at its end. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves an empty page at '/', and the files of folders below their paths ('/kernels' for '/kernels/strict.wasm'). */
export async function servePages(folders: Readonly<Record<string, string>>): Promise<PageServer> {
  const server = createServer((request, response) => {
    void (async () => {
      const url = request.url ?? '/';
      if (url === '/') {
        response.writeHead(200, { ...pageHeaders, 'Content-Type': 'text/html' });
        return void response.end('<!doctype html><title>Tests</title>');
      }
      const path = Object.keys(folders).find((prefix) => url.startsWith(`${prefix}/`));
      const file =
        path === undefined ? null : await rendererFile(folders[path] ?? '', url.slice(path.length));
      response.writeHead(file === null ? 404 : 200, {
        ...pageHeaders,
        'Content-Type': file?.type ?? 'text/plain',
      });
      response.end(file?.bytes);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
