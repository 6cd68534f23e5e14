import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calls } from '../../../../electron/contract/calls.ts';
import { ContractError } from '../../../../electron/contract/contract.ts';
import { LabError } from '../../../../electron/lab/disk/lab-error.ts';
import { createRouter, type CallHandlers } from '../../../../electron/lab/calls/router.ts';
import { stubRouter } from './stub-router.ts';
import { fuzzRuns } from '../../../fuzz-runs.ts';

const context = { signal: new AbortController().signal, part: () => undefined };

describe('a router', () => {
  it.each([
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '',
    'notebook.List',
    'notebook.list ',
    'notebook',
  ])('does not know a call named %j', async (name) => {
    const call = stubRouter({}).call(name, {}, context);
    await expect(call).rejects.toBeInstanceOf(ContractError);
    await expect(call).rejects.toMatchObject({ code: 'unknown-call' });
  });

  it('hands parsed parameters to the handler and its result back', async () => {
    const seen: unknown[] = [];
    const router = stubRouter({
      'entry.edit': (parameters) => {
        seen.push(parameters);
        return Promise.resolve({ id: 'x' } as never);
      },
    });
    const result = await router.call('entry.edit', { entryId: '0123abcd', title: '  a title ' }, context);
    expect(result).toEqual({ id: 'x' });
    expect(seen).toEqual([{ entryId: '0123abcd', title: 'a title' }]);
  });

  it.each([
    [new LabError('disk-full', 'full'), 'disk', 'full'],
    [new LabError('not-found', 'gone'), 'not-found', 'gone'],
    [new ContractError('conflict', 'changed'), 'conflict', 'changed'],
    [new DOMException('stop', 'AbortError'), 'cancelled', 'stop'],
    [Object.assign(new Error('line 3: no'), { name: 'SweepError' }), 'refused', 'line 3: no'],
    [new Error('broke at /home/somebody/secret/file.ts'), 'internal', 'broke at file.ts'],
    ['a text', 'internal', 'Something failed without a reason.'],
  ])('turns %o into a typed error', async (thrown, code, message) => {
    const router = stubRouter({ 'queue.read': () => Promise.reject(thrown as Error) });
    await expect(router.call('queue.read', {}, context)).rejects.toMatchObject({ code, message });
    await expect(router.call('queue.read', {}, context)).rejects.toBeInstanceOf(ContractError);
  });

  it('turns an error thrown before any promise into a typed one too', async () => {
    const router = stubRouter({
      'queue.read': () => {
        throw new RangeError('early');
      },
    });
    await expect(router.call('queue.read', {}, context)).rejects.toMatchObject({ code: 'internal' });
  });

  it('does not run a handler for a caller who is gone', async () => {
    let ran = false;
    const router = stubRouter({
      'queue.read': () => {
        ran = true;
        return Promise.reject(new Error('never'));
      },
    });
    const gone = { ...context, signal: AbortSignal.abort() };
    await expect(router.call('queue.read', {}, gone)).rejects.toMatchObject({ code: 'cancelled' });
    expect(ran).toBe(false);
  });
});

describe.each(Object.keys(calls))('parameters of %s', (name) => {
  it('are accepted or refused as a typed error, whatever they are; refused ones reach no handler', async () => {
    let calls = 0;
    const handlers = new Proxy({} as CallHandlers, {
      get: () => () => {
        calls += 1;
        return Promise.resolve(null);
      },
    });
    const router = createRouter(handlers);
    const fields = fc.constantFrom(
      'entryId',
      'cellId',
      'yaml',
      'items',
      'epoch',
      'view',
      'cells',
      '__proto__',
      'constructor',
    );
    const odd = fc.oneof(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withTypedArray: true,
        withNullPrototype: true,
      }),
      fc.dictionary(fields, fc.anything()),
    );
    await fc.assert(
      fc.asyncProperty(odd, async (parameters) => {
        const before = calls;
        try {
          await router.call(name, parameters, context);
        } catch (error) {
          expect(error).toBeInstanceOf(ContractError);
          expect((error as ContractError).code).toBe('bad-parameters');
          expect((error as ContractError).message.length).toBeLessThan(400);
          expect(calls).toBe(before);
        }
      }),
      { numRuns: fuzzRuns(250) },
    );
  });
});

describe('parameters', () => {
  const router = stubRouter({});
  it.each([
    ['entry.read', { entryId: '../../etc' }],
    ['entry.read', { entryId: '0123abcd', more: 1 }],
    ['frame.render', null],
    ['targets.upload', { name: 'a', bytes: [1, 2, 3] }],
    ['queue.move', { items: ['0123abcd/0123456789abcdef'], before: '0123abcd' }],
    ['notebook.list', { tags: Array.from({ length: 51 }, () => 'a') }],
  ])('of %s are refused: %o', async (name, parameters) => {
    await expect(router.call(name, parameters, context)).rejects.toMatchObject({ code: 'bad-parameters' });
  });

  it('are refused in few words, however much is wrong with them', async () => {
    const strange = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`strange${at}`, at]));
    const call = router.call('queue.read', strange, context);
    await expect(call).rejects.toMatchObject({ code: 'bad-parameters' });
    await expect(call).rejects.toSatisfy(({ message }: Error) => message.length < 400);
  });

  it('are refused where they are nested beyond reason', async () => {
    let value: unknown = 1;
    for (let level = 0; level < 100_000; level++) value = [value];
    const call = router.call('sweep.edit', { yaml: '', edits: [{ path: ['a'], value }] }, context);
    await expect(call).rejects.toMatchObject({ code: 'bad-parameters' });
  });
});
