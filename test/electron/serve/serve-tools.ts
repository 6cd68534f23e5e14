/** Requests as a browser, or somebody else, would send them. */
import { request, type IncomingHttpHeaders } from 'node:http';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { LabClient } from '../../../electron/contract/contract.ts';
import { createLabClient } from '../../../electron/contract/client.ts';
import { decodeMessage, encodeMessage } from '../../../electron/contract/wire.ts';
import type { LabServer } from '../../../electron/serve/server.ts';
import { scratchFolder } from '../scratch-folder.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The answer to a request; the path goes out exactly as given, and a header of several values several times. */
export function ask(
  port: number,
  path: string,
  headers: Record<string, string | string[]> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const lines = Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().flatMap((value) => [name, value]),
    );
    const sent = request(
      { host: '127.0.0.1', port, path, method, headers: lines, setHost: false },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (text: string) => (body += text));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

/** The cookie of a browser that used a fresh link. */
export async function cookieOf(server: LabServer): Promise<string> {
  const link = new URL(server.newLink());
  const { headers } = await ask(server.port, `/${link.search}`, { Host: link.host });
  return (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
}

/** Folder with a page, a script, a folder of assets, a link that leads out, and a secret beside it. */
export function rendererSample(): string {
  const root = scratchFolder();
  const folder = join(root, 'renderer');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(root, 'secret.js'), 'the secret');
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'assets', 'main-a1_b2.js'), 'export {};');
  writeFileSync(join(folder, '.hidden.js'), 'the secret');
  writeFileSync(join(folder, 'plain'), 'the secret');
  symlinkSync(join(root, 'secret.js'), join(folder, 'link.js'));
  symlinkSync(root, join(folder, 'up'));
  return folder;
}

/** Status of a websocket handshake; 101 where it was accepted. */
export function handshake(port: number, headers: Record<string, string>, path = '/lab'): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('open', () => {
      resolve(101);
      socket.terminate();
    });
    socket.on('error', () => undefined);
  });
}

/** An open websocket as the page would have it. */
export async function openSocket(server: LabServer): Promise<WebSocket> {
  const headers = { Origin: `http://127.0.0.1:${server.port}`, Cookie: await cookieOf(server) };
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/lab`, { headers });
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return socket;
}

/** What carries an open websocket whose other end knows nothing of the protocol. */
export async function openRawSocket(server: LabServer): Promise<Duplex> {
  const asked = request({
    host: '127.0.0.1',
    port: server.port,
    path: '/lab',
    headers: {
      Origin: `http://127.0.0.1:${server.port}`,
      Cookie: await cookieOf(server),
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': 13,
      'Sec-WebSocket-Key': Buffer.alloc(16).toString('base64'),
    },
  });
  return new Promise((resolve, reject) => {
    asked.on('upgrade', (_response, socket) => resolve(socket));
    asked.on('error', reject);
    asked.end();
  });
}

/** A client over an open websocket. */
export function clientOver(socket: WebSocket): LabClient {
  return createLabClient({
    send: (message) => socket.send(encodeMessage(message)),
    open: (receive, lost) => {
      socket.on('message', (data: Buffer) => receive(decodeMessage(new Uint8Array(data)) as never));
      socket.on('close', () => lost('closed'));
    },
  });
}
