/** Runs the kernels' test files in a dedicated worker of a page, by vitest's own runner and expectations. */
import type { RunnerTask, RunnerTestCase } from 'vitest';
import { startTests } from 'vitest/internal/browser';
import type { FromSuite, ToSuite } from './suite-protocol.ts';

const folder = '../../experiments/engines/webgpu/';
const files = import.meta.glob('../../experiments/engines/webgpu/*.test.ts');
const timeoutMs = 300_000;

function say(message: FromSuite): void {
  postMessage(message);
}

function testsIn(task: RunnerTask): RunnerTestCase[] {
  return task.type === 'test' ? [task] : task.tasks.flatMap(testsIn);
}

/** Errors of a test, and of the suites around it, whose hooks may have kept it from running. */
function errorsOf(task: RunnerTask): string[] {
  const own = (task.result?.errors ?? []).map(({ message, diff = '' }) => `${message}\n${diff}`.trim());
  return task.suite === undefined ? own : [...own, ...errorsOf(task.suite)];
}

type Runner = Parameters<typeof startTests>[1];

function runner(begin: Promise<void>, reported: Set<string>): Runner {
  const report = (test: RunnerTestCase): void => {
    const name = test.fullName;
    reported.add(name);
    if (test.result?.state === 'pass') return say({ kind: 'passed', name });
    const errors = errorsOf(test);
    say({ kind: 'failed', name, errors: errors.length > 0 ? errors : [`It was left out (${test.mode}).`] });
  };
  const runner: Partial<Runner> = {
    config: {
      root: '/',
      setupFiles: [],
      passWithNoTests: false,
      allowOnly: false,
      testNamePattern: undefined,
      sequence: { hooks: 'stack', setupFiles: 'list', shuffle: false, concurrent: false, seed: 1 },
      maxConcurrency: 1,
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
      retry: 0,
      includeTaskLocation: false,
      tags: [],
      strictTags: false,
      tagsFilter: [],
      diffOptions: undefined,
    } as unknown as Runner['config'],
    async importFile(path) {
      await files[path]?.();
    },
    async onCollected(collected) {
      say({ kind: 'collected', names: collected.flatMap(testsIn).map(({ fullName }) => fullName) });
      await begin;
    },
    onBeforeRunTask(test) {
      workerState.current = test;
    },
    onAfterRunTask: report,
  };
  return runner as Runner;
}

/** What vitest's expectations look up of the worker around them. */
const workerState: { config: object; current?: RunnerTestCase } = { config: {} };
Object.assign(globalThis, { __vitest_worker__: workerState });

async function runSuite(names: readonly string[], begin: Promise<void>): Promise<void> {
  const reported = new Set<string>();
  const paths = names.map((name) => folder + name);
  const missing = paths.filter((path) => files[path] === undefined);
  if (missing.length > 0) throw new Error(`There is no ${missing.join(', ')}.`);
  const specifications = paths.map((filepath) => ({ filepath, testLocations: undefined }));
  const tasks = await startTests(specifications as Parameters<typeof startTests>[0], runner(begin, reported));
  for (const file of tasks) {
    const left = testsIn(file).filter(({ fullName }) => !reported.has(fullName));
    for (const test of left) say({ kind: 'failed', name: test.fullName, errors: errorsOf(test) });
    if (testsIn(file).length === 0) say({ kind: 'failed', name: file.name, errors: errorsOf(file) });
  }
}

let run: () => void = () => undefined;
const begin = new Promise<void>((resolve) => (run = resolve));
addEventListener('message', ({ data }: MessageEvent<ToSuite>) => {
  if (data.kind === 'run') return run();
  runSuite(data.files, begin).then(
    () => say({ kind: 'over', error: null }),
    (error: unknown) => say({ kind: 'over', error: String(error) }),
  );
});
