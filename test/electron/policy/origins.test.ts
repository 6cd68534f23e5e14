import { describe, expect, it } from 'vitest';
import {
  externalAddress,
  isAppUrl,
  mayNavigate,
  mayRequest,
  mayUsePermission,
  windowOpenDecision,
} from '../../../electron/policy/origins.ts';

const appUrls = [
  'creasebook://lab/',
  'creasebook://lab/index.html',
  'creasebook://lab/#/entry/0123abcd',
  'CREASEBOOK://lab/',
];

const foreignUrls = [
  'creasebook://lab.evil.example/',
  'creasebook://evil/',
  'creasebook://lab@evil.example/',
  'creasebook://evil@lab/',
  'creasebook://lab:80/',
  'creasebook:lab',
  'creasebooks://lab/',
  'https://lab/',
  'http://127.0.0.1/',
  'https://creasebook/lab',
  'file:///etc/passwd',
  'file://lab/',
  'data:text/html,<script>1</script>',
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'blob:creasebook://lab/1',
  'about:blank',
  'view-source:creasebook://lab/',
  'devtools://devtools/bundled/inspector.html',
  'ws://lab/',
  '',
  'lab',
  '//lab/',
  `creasebook://lab/${'a'.repeat(3000)}`,
  null,
  undefined,
  7,
  {},
];

describe('navigation', () => {
  it.each(appUrls)('stays in the app: %s', (url) => {
    expect(isAppUrl(url)).toBe(true);
    expect(mayNavigate(url)).toBe(true);
    expect(mayRequest(url)).toBe(true);
  });

  it.each(foreignUrls)('does not go to %s', (url) => {
    expect(isAppUrl(url)).toBe(false);
    expect(mayNavigate(url)).toBe(false);
  });
});

describe('requests of a page', () => {
  it.each(['blob:creasebook://lab/0f3c', 'data:image/png;base64,AAAA', 'devtools://devtools/a.js'])(
    'may load %s',
    (url) => {
      expect(mayRequest(url)).toBe(true);
    },
  );

  it.each([
    'https://example.org/',
    'http://127.0.0.1:8000/',
    'ws://example.org/',
    'file:///etc/passwd',
    'blob:https://example.org/1',
    'blob:creasebook://lab.evil/1',
    'chrome://gpu/',
    '',
    null,
  ])('may not load %s', (url) => {
    expect(mayRequest(url)).toBe(false);
  });
});

describe('external links', () => {
  it.each([
    ['https://addxorrol.blogspot.com/', 'https://addxorrol.blogspot.com/'],
    ['http://example.org', 'http://example.org/'],
    ['HTTPS://EXAMPLE.ORG/a b', 'https://example.org/a%20b'],
    ['https://example.org/?q=javascript:alert(1)', 'https://example.org/?q=javascript:alert(1)'],
  ])('open %s', (url, address) => {
    expect(externalAddress(url)).toBe(address);
    expect(windowOpenDecision(url)).toEqual({ action: 'deny', external: address });
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    '\tjavascript:alert(1)',
    'data:text/html,hi',
    'file:///etc/passwd',
    'file://server/share/program.exe',
    'smb://server/share',
    'ms-msdt:/id',
    'vbscript:1',
    'mailto:a@example.org',
    'ftp://example.org/',
    'creasebook://lab/',
    'https://user:password@example.org/',
    'https://user@example.org/',
    'https://',
    'https:///',
    'example.org',
    '//example.org',
    '-e',
    '',
    `https://example.org/${'a'.repeat(3000)}`,
    null,
    {},
    ['https://example.org/'],
  ])('do not open %s', (url) => {
    expect(externalAddress(url)).toBe(null);
    expect(windowOpenDecision(url)).toEqual({ action: 'deny', external: null });
  });
});

describe('permissions', () => {
  const page = { isMainFrame: true, url: 'creasebook://lab/' };

  it.each(['clipboard-sanitized-write', 'fullscreen'])(
    'grant %s to the page of the app alone',
    (permission) => {
      expect(mayUsePermission(permission, page)).toBe(true);
      expect(mayUsePermission(permission, { ...page, isMainFrame: false })).toBe(false);
      for (const url of foreignUrls) expect(mayUsePermission(permission, { ...page, url })).toBe(false);
    },
  );

  it.each([
    'media',
    'geolocation',
    'notifications',
    'midi',
    'midiSysex',
    'pointerLock',
    'openExternal',
    'clipboard-read',
    'display-capture',
    'hid',
    'serial',
    'usb',
    'idle-detection',
    'storage-access',
    'window-management',
    'unknown',
    undefined,
  ])('deny %s', (permission) => {
    expect(mayUsePermission(permission, page)).toBe(false);
  });
});
