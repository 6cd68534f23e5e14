import { expect, test } from 'vitest';
import { z } from 'zod';
import { isoTime } from '../../../../electron/lab/disk/iso-time.ts';

test.each([
  ['2026-11-20T12:00:00.123Z', '2026-11-20T12:00:00.123Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ['+010000-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
  ['+275760-09-13T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
  ['-000001-12-31T00:00:00.000Z', '0000-01-01T00:00:00.000Z'],
  ['1970-01-01T00:00:00.000Z', '1970-01-01T00:00:00.000Z'],
])('%s is kept as %s, which every reader of records takes', (time, kept) => {
  expect(isoTime(new Date(time))).toBe(kept);
  expect(z.iso.datetime().parse(kept)).toBe(kept);
});
