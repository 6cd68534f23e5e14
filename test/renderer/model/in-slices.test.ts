/** Lists made a slice a task. */
import { expect, test } from 'vitest';
import { inSlices } from '../../../renderer/model/in-slices.ts';

test('slices make the whole list in order, and others have their turn in between', async () => {
  const done: string[] = [];
  const making = inSlices(70_000, (at) => 2 * at).then((list) => {
    done.push('list');
    return list;
  });
  setTimeout(() => done.push('other'));
  const list = await making;
  expect(list).toHaveLength(70_000);
  expect(list.every((value, at) => value === 2 * at)).toBe(true);
  expect(done).toEqual(['other', 'list']);
  expect(await inSlices(0, () => 1)).toEqual([]);
});
