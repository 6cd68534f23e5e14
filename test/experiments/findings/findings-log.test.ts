import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseClaims } from '../../../experiments/findings/claims-file.ts';
import {
  findingsBlock,
  findingsLine,
  isLogged,
  parseFindingsLog,
  registrationOf,
} from '../../../experiments/findings/findings-log.ts';

const claim = '{ kind: exact, measure: regions, equals: 7 }';
const block = (...claims: string[]): string =>
  `findings:\n  - id: a\n    claims:\n${claims.map((text) => `      - ${text}\n`).join('')}`;
const digestOf = (text: string): string => parseClaims(block(text))[0]!.digest;
const version = (time: string, text: string, links: Record<string, string> = {}) => ({
  time: `2026-01-0${time}T00:00:00Z`,
  findings: findingsBlock(text),
  seeds: [1, 2],
  links,
});
const link = 'ab'.repeat(32);

const first = findingsLine(version('1', block(claim)), '');
const log = parseFindingsLog(first);
const later = '{ kind: exact, measure: regions, equals: 8 }';
const second = findingsLine(version('2', block(claim, later), { x: link }), log.last);

describe('the log of findings', () => {
  it('chains its lines by SHA-256 over the digest before and the line without its own', () => {
    const rest = first.trim().replace(/"sha256":"[0-9a-f]{64}",/, '');
    expect(log.last).toBe(createHash('sha256').update(rest).digest('hex'));
    const next = second.trim().replace(/"sha256":"[0-9a-f]{64}",/, '');
    const both = parseFindingsLog(first + second);
    expect(both.last).toBe(
      createHash('sha256')
        .update(log.last + next)
        .digest('hex'),
    );
    expect(both).toMatchObject({ versions: [{ links: {} }, { links: { x: link } }], fault: null });
  });

  it('tells which cells were known when a claim was first written', () => {
    const both = parseFindingsLog(first + second);
    expect(registrationOf(digestOf(claim), ['x', 'y'], both)).toMatchObject({ known: 0, of: 2, seeds: 2 });
    expect(registrationOf(digestOf(later), ['x', 'y'], both)).toMatchObject({ known: 1, of: 2 });
    expect(registrationOf(digestOf('{ kind: exact, measure: IoU, equals: 7 }'), ['x'], both)).toBeNull();
  });

  it.each([
    ['a changed letter', (first + second).replace('equals":7', 'equals":9'), 1],
    ['a line that is cut off', first + second.slice(0, 40), 2],
    ['a line that is gone', second, 1],
    ['an empty line between', `${first}\n${second}`, 2],
  ])('finds %s', (_, text, line) => {
    expect(parseFindingsLog(text).fault).toMatchObject({ line });
  });

  it('knows whether claims are those that were logged last', () => {
    expect(isLogged(findingsBlock(block(claim)), log)).toBe(true);
    expect(isLogged(findingsBlock(block(later)), log)).toBe(false);
    expect(isLogged(null, parseFindingsLog(''))).toBe(true);
    expect(findingsBlock('name: a sweep')).toBeNull();
    expect(findingsBlock('not: [yaml')).toBeNull();
  });
});
