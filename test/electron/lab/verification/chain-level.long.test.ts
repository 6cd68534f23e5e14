import { test } from 'vitest';
import { changeBytes } from '../notebook/done-notebook.ts';

test(
  'any changed byte of the records or previews is found, in the file it is in',
  { timeout: 300_000 },
  async () => {
    await changeBytes(1);
  },
);
