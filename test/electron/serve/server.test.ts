import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from '../../../electron/policy/csp.ts';
import { createEventHub } from '../../../electron/contract/event-hub.ts';
import { serveLab, type LabServer } from '../../../electron/serve/server.ts';
import { stubRouter } from '../lab/calls/stub-router.ts';
import { ask, cookieOf, handshake, rendererSample } from './serve-tools.ts';

let server: LabServer;
let host: string;
let cookie: string;
const usedLinks: string[] = [];

beforeAll(async () => {
  server = await serveLab({
    router: stubRouter({}),
    events: createEventHub(),
    rendererFolder: rendererSample(),
    onUsedLink: (link) => usedLinks.push(link),
  });
  host = `127.0.0.1:${server.port}`;
  cookie = await cookieOf(server);
});

afterAll(() => server.close());

describe('the served page', () => {
  it('comes with its policy and isolation to whoever has the cookie', async () => {
    const { status, headers, body } = await ask(server.port, '/', { Host: host, Cookie: cookie });
    expect(status).toBe(200);
    expect(body).toContain('<title>page</title>');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    const script = await ask(server.port, '/assets/main-a1_b2.js', { Host: host, Cookie: cookie });
    expect(script).toMatchObject({ status: 200, body: 'export {};' });
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
  });

  it('is sent without a body for HEAD', async () => {
    const { status, headers, body } = await ask(server.port, '/', { Host: host, Cookie: cookie }, 'HEAD');
    expect([status, body, headers['content-length']]).toEqual([200, '', '34']);
  });

  it.each([['localhost:1234'], ['127.0.0.1:9'], ['[::1]:80'], ['localhost']])(
    'is reached through a tunnel under the host %s',
    async (name) => {
      const { status } = await ask(server.port, '/', { Host: name, Cookie: cookie });
      expect(status).toBe(200);
    },
  );
});

describe('no byte', () => {
  it.each([
    '/../secret.js',
    '/assets/../../secret.js',
    '/%2e%2e/secret.js',
    '/%2e%2e%2fsecret.js',
    '/..%2fsecret.js',
    '/..%5csecret.js',
    '/%5c..%5csecret.js',
    '/..\\secret.js',
    '/%252e%252e/secret.js',
    '/link.js',
    '/up/secret.js',
    '/.hidden.js',
    '/assets/%00main.js',
    '/assets//main-a1_b2.js',
    '//secret.js',
    '/plain',
    '/assets',
    '/assets/',
    '/C:/secret.js',
    '/%',
    'http://127.0.0.1/',
    '*',
  ])('leaves the folder for %s', async (path) => {
    const { status, body } = await ask(server.port, path, { Host: host, Cookie: cookie });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).not.toContain('secret');
    expect(body).not.toContain('<title>');
  });

  it.each([
    ['evil.example', 403],
    [`evil.example:80`, 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost.evil.example', 403],
    ['evil.example#127.0.0.1', 403],
    ['127.0.0.2', 403],
    ['0.0.0.0', 403],
    ['', 403],
  ])('is sent under the host %j', async (name, expected) => {
    const { status, body } = await ask(server.port, '/', { Host: name, Cookie: cookie });
    expect(status).toBe(expected);
    expect(body).not.toContain('<title>');
  });

  it.each([
    ['a foreign one second', () => [host, 'evil.example']],
    ['a foreign one first', () => ['evil.example', host]],
    ['the same one twice', () => [host, host]],
  ])('is sent under several hosts, %s', async (_which, hosts) => {
    const { status, body } = await ask(server.port, '/', { Host: hosts(), Cookie: cookie });
    expect(status).toBe(403);
    expect(body).not.toContain('<title>');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('is sent for %s', async (method) => {
    const { status, headers } = await ask(server.port, '/', { Host: host, Cookie: cookie }, method);
    expect(status).toBe(405);
    expect(headers['allow']).toBe('GET, HEAD');
  });

  it.each([
    ['another origin', { Origin: 'http://evil.example' }],
    ['an opaque origin', { Origin: 'null' }],
    ['another port of this machine', { Origin: 'http://127.0.0.1:1' }],
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['another port of this site', { 'Sec-Fetch-Site': 'same-site' }],
  ])('is sent to %s', async (_who, headers) => {
    const answer = await ask(server.port, '/assets/main-a1_b2.js', {
      Host: host,
      Cookie: cookie,
      ...headers,
    });
    expect(answer.status).toBe(403);
  });

  it('is sent without a cookie, with a wrong one, or with the token as a cookie', async () => {
    const token = new URL(server.newLink()).searchParams.get('token') ?? '';
    const [name = ''] = cookie.split('=');
    for (const wrong of ['', 'a=b', `${name}=`, `${name}=${'A'.repeat(43)}`, `${name}=${token}`]) {
      const { status, body } = await ask(server.port, '/', { Host: host, Cookie: wrong });
      expect([wrong, status]).toEqual([wrong, 403]);
      expect(body).not.toContain('<title>');
    }
  });
});

describe('a link', () => {
  it('opens the lab once, with a cookie that no script reads', async () => {
    const { search } = new URL(server.newLink());
    const first = await ask(server.port, `/${search}`, { Host: host });
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/');
    expect(first.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Lax; Path=\/$/);
    const second = await ask(server.port, `/${search}`, { Host: host });
    expect(second.status).toBe(403);
    expect(second.headers['set-cookie']).toBeUndefined();
    expect(usedLinks).toHaveLength(1);
    expect(new URL(usedLinks[0] ?? '').search).not.toBe(search);
  });

  it('leads the browser that used it to the page again', async () => {
    const { search } = new URL(server.newLink());
    await ask(server.port, `/${search}`, { Host: host });
    const again = await ask(server.port, `/${search}`, { Host: host, Cookie: cookie });
    expect(again.status).toBe(303);
  });

  it('works when it is clicked in a page of another site', async () => {
    const { search } = new URL(server.newLink());
    const headers = { Host: host, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' };
    expect((await ask(server.port, `/${search}`, headers)).status).toBe(303);
  });

  it.each(['', 'A', 'A'.repeat(43), '%00', '../../'])('is not guessed: %j', async (token) => {
    const { status } = await ask(server.port, `/?token=${token}`, { Host: host });
    expect(status).toBe(403);
  });
});

describe('the websocket', () => {
  const origin = (): string => `http://${host}`;

  it('opens to the page', async () => {
    expect(await handshake(server.port, { Origin: origin(), Cookie: cookie })).toBe(101);
  });

  it('opens to the page behind a tunnel', async () => {
    const headers = { Host: 'localhost:4000', Origin: 'http://localhost:4000', Cookie: cookie };
    expect(await handshake(server.port, headers)).toBe(101);
  });

  it.each([
    ['a foreign origin', () => ({ Origin: 'http://evil.example', Cookie: cookie })],
    ['an opaque origin', () => ({ Origin: 'null', Cookie: cookie })],
    ['no origin', () => ({ Cookie: cookie })],
    ['the origin of another port', () => ({ Origin: 'http://127.0.0.1:1', Cookie: cookie })],
    ['https', () => ({ Origin: `https://${host}`, Cookie: cookie })],
    ['a wrong host', () => ({ Host: 'evil.example', Origin: 'http://evil.example', Cookie: cookie })],
    ['no cookie', () => ({ Origin: origin() })],
    ['a wrong cookie', () => ({ Origin: origin(), Cookie: `${cookie.split('=')[0]}=${'A'.repeat(43)}` })],
  ])('is refused with %s', async (_what, headers) => {
    expect(await handshake(server.port, headers())).toBe(403);
  });

  it('is only at its own address', async () => {
    expect(await handshake(server.port, { Origin: origin(), Cookie: cookie }, '/other')).toBe(403);
  });
});

it('listens on one address of the loopback interface only, at a free port', async () => {
  const { networkInterfaces } = await import('node:os');
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  // On Linux all of 127.0.0.0/8 leads here: a server on every interface would answer at the second one too.
  const second = process.platform === 'linux' ? [{ address: '127.0.0.2' }] : [];
  for (const { address } of [...others, ...second]) {
    await expect(fetch(`http://${address}:${server.port}/`)).rejects.toThrow();
  }
  const options = { router: stubRouter({}), events: createEventHub(), rendererFolder: rendererSample() };
  const another = await serveLab(options);
  expect(another.port).not.toBe(server.port);
  await expect(serveLab({ ...options, port: another.port })).rejects.toThrow('EADDRINUSE');
  await another.close();
});
