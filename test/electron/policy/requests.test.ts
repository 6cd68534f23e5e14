import { describe, expect, it } from 'vitest';
import { assetPath } from '../../../electron/policy/asset-path.ts';
import { contentSecurityPolicy } from '../../../electron/policy/csp.ts';
import { mayUseIpc } from '../../../electron/policy/ipc-sender.ts';
import { isForeignRequest, isLoopbackHost, isOwnOrigin } from '../../../electron/policy/loopback.ts';

describe('the content security policy', () => {
  const directives = new Map(
    contentSecurityPolicy.split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources] as const;
    }),
  );

  it('allows nothing but what is named, and names no remote place', () => {
    expect(directives.get('default-src')).toEqual(["'none'"]);
    expect(directives.get('script-src')).toEqual(["'self'", "'wasm-unsafe-eval'"]);
    const local = ["'none'", "'self'", "'wasm-unsafe-eval'", 'blob:', 'data:'];
    for (const [name, sources] of directives) {
      for (const source of sources) expect(local, name).toContain(source);
    }
  });

  it.each(['base-uri', 'form-action', 'frame-ancestors'])('closes %s, which has no default', (name) => {
    expect(directives.get(name)).toEqual(["'none'"]);
  });

  it('lets scripts come from files only', () => {
    for (const name of ['script-src', 'worker-src', 'connect-src', 'style-src']) {
      expect(directives.get(name)).not.toContain('data:');
      expect(directives.get(name)).not.toContain('blob:');
    }
  });
});

describe('files of the renderer', () => {
  it.each([
    ['/', ['index.html'], 'text/html; charset=utf-8'],
    ['/index.html', ['index.html'], 'text/html; charset=utf-8'],
    ['/assets/main-Bx_1.2.js', ['assets', 'main-Bx_1.2.js'], 'text/javascript; charset=utf-8'],
    ['/assets/source%20sans.woff2', ['assets', 'source sans.woff2'], 'font/woff2'],
    ['/a/b/c.wasm', ['a', 'b', 'c.wasm'], 'application/wasm'],
  ])('are named by %s', (path, names, type) => {
    expect(assetPath(path)).toEqual({ names, type });
  });

  it.each([
    '',
    'index.html',
    '//index.html',
    '/..',
    '/../index.html',
    '/a/../index.html',
    '/./index.html',
    '/%2e%2e/index.html',
    '/%2E%2E%2Findex.html',
    '/a%2fb.js',
    '/a%5cb.js',
    '/a\\b.js',
    '/%00.js',
    '/a.js%00',
    '/%c0%ae%c0%ae/a.js',
    '/%',
    '/.env.js',
    '/a/.git/x.js',
    '/a.js.',
    '/a.js ',
    '/a.exe',
    '/a',
    '/a.constructor',
    '/C:/a.js',
    '/a.js:stream',
    '/a.js::$DATA',
    '/con|.js',
    '/*.js',
    '/~/a.js',
    '/-a.js',
    `/${'a'.repeat(1200)}.js`,
  ])('are not named by %j', (path) => {
    expect(assetPath(path)).toBe(null);
  });
});

describe('messages to the main process', () => {
  const frame = { url: 'creasebook://lab/', isMainFrame: true };

  it('are taken from the main frame of a window that shows the app', () => {
    expect(mayUseIpc({ frame, isAppWindow: true })).toBe(true);
  });

  it.each([
    ['a frame that is gone', { frame: null, isAppWindow: true }],
    ['a frame inside the page', { frame: { ...frame, isMainFrame: false }, isAppWindow: true }],
    ['another window', { frame, isAppWindow: false }],
    ['another origin', { frame: { ...frame, url: 'https://example.org/' }, isAppWindow: true }],
    ['a look-alike', { frame: { ...frame, url: 'creasebook://lab.example/' }, isAppWindow: true }],
    ['a blank page', { frame: { ...frame, url: 'about:blank' }, isAppWindow: true }],
    ['a page without address', { frame: { ...frame, url: '' }, isAppWindow: true }],
  ])('are not taken from %s', (_who, sender) => {
    expect(mayUseIpc(sender)).toBe(false);
  });
});

describe('requests over the loopback interface', () => {
  it.each(['127.0.0.1', '127.0.0.1:8000', 'localhost', 'localhost:1', '[::1]', '[::1]:8000'])(
    'are for this machine under the host %s',
    (host) => {
      expect(isLoopbackHost(host)).toBe(true);
      expect(isOwnOrigin(`http://${host}`, host)).toBe(true);
    },
  );

  it.each([
    undefined,
    '',
    'example.org',
    'localhost.example.org',
    '127.0.0.1.example.org',
    'example.org:80',
    '127.0.0.1:',
    '127.0.0.1:123456',
    '127.0.0.1@example.org',
    '127.0.0.1/a',
    '127.0.0.2',
    '0.0.0.0',
    '[::]',
    'LOCALHOST.',
    'localhost\n',
  ])('are not under the host %j', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });

  it.each([
    ['http://localhost:1', undefined, false],
    [undefined, 'same-origin', false],
    [undefined, 'none', false],
    [undefined, undefined, false],
    ['http://localhost:2', undefined, true],
    ['https://localhost:1', undefined, true],
    ['null', undefined, true],
    ['', undefined, true],
    [undefined, 'cross-site', true],
    [undefined, 'same-site', true],
    [undefined, 'anything', true],
    ['http://localhost:1', 'cross-site', true],
  ])('with origin %j and site %j: foreign %s', (origin, site, isForeign) => {
    expect(isForeignRequest(origin, site, 'localhost:1')).toBe(isForeign);
  });
});
