import { expect, it } from 'vitest';
import { WorkerTeam } from '../../../experiments/tasks/worker-team.ts';

interface Started {
  readonly sent: string[];
  /** Answers what it was sent last. */
  answer(text: string): void;
  fall(error: Error): void;
  isEnded: boolean;
}

function teamOf(size: number) {
  const workers: Started[] = [];
  const team = new WorkerTeam<string, { readonly id: number; readonly text: string }, string>(
    size,
    (onReply, onEnd) => {
      const sent: string[] = [];
      const answer = (text: string): void => onReply({ id: Number(sent.at(-1)?.split(' ')[1]), text });
      const started: Started = { sent, answer, fall: onEnd, isEnded: false };
      workers.push(started);
      return { post: (message) => sent.push(message), end: () => Promise.resolve((started.isEnded = true)) };
    },
    ({ text }) => ({ answer: text }),
  );
  return { team, workers, submit: (name: string) => team.submit((id) => `${name} ${id}`) };
}

/** The first words of what each worker was sent. */
const namesOf = (workers: readonly Started[]): string[] =>
  workers.map(({ sent }) => sent.map((message) => message.split(' ')[0]).join(''));

it('starts workers as they are needed; each does one task at a time, in order', async () => {
  const { workers, submit } = teamOf(2);
  const tasks = ['a', 'b', 'c', 'd'].map(submit);
  expect(namesOf(workers)).toEqual(['a', 'b']);
  workers[1].answer('B');
  expect(await tasks[1].done).toBe('B');
  expect(namesOf(workers)).toEqual(['a', 'bc']);
  workers[0].answer('A');
  workers[1].answer('C');
  expect(await Promise.all([tasks[0].done, tasks[2].done])).toEqual(['A', 'C']);
  workers[0].answer('D');
  expect(await tasks[3].done).toBe('D');
  // An idle worker is taken before another one is started.
  const small = teamOf(2);
  const first = small.submit('a');
  small.workers[0].answer('A');
  await first.done;
  small.submit('b');
  expect(namesOf(small.workers)).toEqual(['ab']);
});

it('takes back what waits, and not what is at work', async () => {
  const { workers, submit } = teamOf(1);
  const [first, second, third] = ['a', 'b', 'c'].map(submit);
  expect([second.withdraw(), second.withdraw(), first.withdraw()]).toEqual([true, false, false]);
  expect(await second.done).toBeNull();
  workers[0].answer('A');
  await first.done;
  expect(namesOf(workers)).toEqual(['ac']);
  third.tell((id) => `stop ${id}`);
  expect(workers[0].sent.at(-1)).toBe('stop 2');
});

it('rejects the task of a worker that is lost or ended; the next one gets another worker', async () => {
  const { workers, submit } = teamOf(1);
  const [lost, ended, last] = ['a', 'b', 'c'].map(submit);
  ended.tell(() => 'to nobody');
  ended.end(new Error('nobody is at it'));
  workers[0].fall(new Error('It fell.'));
  await expect(lost.done).rejects.toThrow('It fell.');
  ended.end(new Error('It does not listen.'));
  await expect(ended.done).rejects.toThrow('It does not listen.');
  expect(workers[1].isEnded).toBe(true);
  workers[2].answer('C');
  expect(await last.done).toBe('C');
  expect(namesOf(workers)).toEqual(['a', 'b', 'c']);
});

it('closes with an error for every task', async () => {
  const { team, workers, submit } = teamOf(1);
  const tasks = ['a', 'b'].map(submit);
  await Promise.all([
    team.close(new Error('The end.')),
    ...tasks.map(({ done }) => expect(done).rejects.toThrow('The end.')),
  ]);
  expect(namesOf(workers)).toEqual(['a']);
});
