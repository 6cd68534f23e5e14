/** The lab for any browser, over http and a websocket on the loopback interface only. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { createAccess, type Access } from './access.ts';
import type { EventHub } from '../contract/event-hub.ts';
import type { Router } from '../lab/calls/router.ts';
import { pageHeaders } from '../policy/csp.ts';
import { isForeignRequest, isLoopbackHost, isOwnOrigin } from '../policy/loopback.ts';
import { rendererFile } from '../program/renderer-files.ts';
import { attachSession, maxMessageBytes } from './websocket-session.ts';

/** What a server of the interface needs. */
export interface ServeOptions {
  readonly router: Router;
  readonly events: EventHub;
  /** Folder of the built renderer. */
  readonly rendererFolder: string;
  /** 0 or left out: any free port. */
  readonly port?: number;
  /** Told a fresh link when somebody came with one that was used already. */
  readonly onUsedLink?: (link: string) => void;
}

/** A server that listens on the loopback interface; `newLink` makes a link that works once. */
export interface LabServer {
  readonly port: number;
  /** An address that opens the lab in one browser, once. */
  newLink(): string;
  close(): Promise<void>;
}

/** Path of the websocket. */
const socketPath = '/lab';
/** A fresh link is printed at most this often. */
const linkPauseMs = 10_000;

/** Starts serving. Rejects where the port is taken. */
export async function serveLab(options: ServeOptions): Promise<LabServer> {
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 30_000 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  const access = createAccess(port);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
  });
  const newLink = (): string => `http://127.0.0.1:${port}/?token=${access.newToken()}`;
  const onUsedLink = seldom(() => options.onUsedLink?.(newLink()), linkPauseMs);
  server.on('request', (request, response) => {
    answer(request, response, { access, rendererFolder: options.rendererFolder, onUsedLink }).catch(() =>
      response.destroy(),
    );
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!mayConnect(request, access)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (connection) =>
      attachSession(connection, options.router, options.events),
    );
  });
  server.on('clientError', (_error, socket) => (socket as Socket).destroy());
  return {
    port,
    newLink,
    async close() {
      for (const connection of sockets.clients) connection.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface AnswerContext {
  readonly access: Access;
  readonly rendererFolder: string;
  readonly onUsedLink: () => void;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { access, rendererFolder, onUsedLink }: AnswerContext,
): Promise<void> {
  const host = hostOf(request);
  if (!isLoopbackHost(host)) return refuse(response, 403, 'This address is not served here.');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(response, 405, 'Only reading is possible.');
  }
  const { path, token } = targetOf(request.url ?? '');
  const { origin } = request.headers;
  const isPage = path === '/' && request.headers['sec-fetch-mode'] === 'navigate' && origin === undefined;
  if (!isPage && isForeignRequest(origin, headerText(request, 'sec-fetch-site'), host)) {
    return refuse(response, 403, 'Another site asked for this.');
  }
  if (path === '/' && token !== null) {
    const cookie = access.redeem(token);
    if (cookie !== null) return welcome(response, access.cookieName, cookie);
    if (!access.isKnown(request.headers.cookie)) {
      onUsedLink();
      return refuse(
        response,
        403,
        'This link was used already. A new one stands in the terminal that runs Creasebook.',
      );
    }
    return redirectHome(response);
  }
  if (!access.isKnown(request.headers.cookie)) {
    return refuse(response, 403, 'Open Creasebook with the link that stands in its terminal.');
  }
  const file = await rendererFile(rendererFolder, path);
  if (file === null) return refuse(response, 404, 'There is nothing at this address.');
  response.writeHead(200, { ...pageHeaders, 'Content-Type': file.type, 'Content-Length': file.bytes.length });
  response.end(request.method === 'HEAD' ? undefined : file.bytes);
}

/** Path and token of a request's target as it was sent: nothing is normalised before it is judged. */
function targetOf(target: string): { path: string; token: string | null } {
  const at = target.indexOf('?');
  if (at < 0) return { path: target, token: null };
  return { path: target.slice(0, at), token: new URLSearchParams(target.slice(at + 1)).get('token') };
}

function welcome(response: ServerResponse, name: string, value: string): void {
  // 'Lax' and not 'Strict': a link that was clicked in another page (a terminal in the browser) must work too.
  response.setHeader('Set-Cookie', `${name}=${value}; HttpOnly; SameSite=Lax; Path=/`);
  redirectHome(response);
}

function redirectHome(response: ServerResponse): void {
  response.writeHead(303, { ...pageHeaders, Location: '/', 'Content-Length': 0 });
  response.end();
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...pageHeaders, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function mayConnect(request: IncomingMessage, access: Access): boolean {
  const { origin, cookie } = request.headers;
  const host = hostOf(request);
  return (
    request.url === socketPath && isLoopbackHost(host) && isOwnOrigin(origin, host) && access.isKnown(cookie)
  );
}

/** The one host that a request names; undefined where it names several, of which others might believe another. */
function hostOf(request: IncomingMessage): string | undefined {
  const hosts = request.headersDistinct['host'] ?? [];
  return hosts.length === 1 ? hosts[0] : undefined;
}

function headerText(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join() : value;
}

/** Calls `action` at most once in `pauseMs`. */
function seldom(action: () => void, pauseMs: number): () => void {
  let last = -Infinity;
  return () => {
    const now = performance.now();
    if (now - last < pauseMs) return;
    last = now;
    action();
  };
}
