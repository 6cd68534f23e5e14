import { expect, it } from 'vitest';
import { AskedWorker, type Reading } from '../../../experiments/tasks/asked-worker.ts';

interface Reply {
  readonly id: number;
  readonly text: string;
}

/** Every worker that was started: what it was sent, and ways to have it reply or end. */
function scene() {
  const workers: {
    sent: string[];
    transferred: ArrayBuffer[][];
    reply: (id: number, text: string) => void;
    fall: (error: Error) => void;
    isEnded: boolean;
  }[] = [];
  const read = ({ text }: Reply): Reading<string> => {
    if (text.startsWith('news')) return null;
    return text.startsWith('bad') ? { error: new Error(text) } : { answer: text };
  };
  const worker = new AskedWorker<string, Reply, string>((onReply, onEnd) => {
    const started = {
      sent: [] as string[],
      transferred: [] as ArrayBuffer[][],
      reply: (id: number, text: string) => onReply({ id, text }),
      fall: onEnd,
      isEnded: false,
    };
    workers.push(started);
    return {
      post(message, transfer) {
        if (message.startsWith('unsendable')) throw new Error('It cannot be cloned.');
        started.sent.push(message);
        started.transferred.push(transfer);
      },
      end: () => Promise.resolve((started.isEnded = true)),
    };
  }, read);
  return { worker, workers };
}

const ask = ({ worker }: ReturnType<typeof scene>, question: string, news: string[] = []) =>
  worker.ask((id) => `${question} ${id}`, { onNews: ({ text }) => news.push(text) });

it('starts with the first question; answers find their questions in any order, news come before them', async () => {
  const open = scene();
  expect(open.workers).toHaveLength(0);
  const news: string[] = [];
  const [first, second, third] = [ask(open, 'a', news), ask(open, 'b'), ask(open, 'c')];
  expect(open.workers.map(({ sent }) => sent)).toEqual([['a 1', 'b 2', 'c 3']]);
  expect(open.worker.openCount).toBe(3);
  open.workers[0].reply(second.id, 'B');
  open.workers[0].reply(first.id, 'news of a');
  open.workers[0].reply(third.id, 'bad c');
  open.workers[0].reply(99, 'to nobody');
  open.workers[0].reply(first.id, 'A');
  open.workers[0].reply(first.id, 'news too late');
  expect(await Promise.all([first.answer, second.answer])).toEqual(['A', 'B']);
  await expect(third.answer).rejects.toThrow('bad c');
  expect(news).toEqual(['news of a']);
});

it('rejects what is open when the worker ends by itself; the next question starts another', async () => {
  const open = scene();
  const lost = ask(open, 'a');
  open.workers[0].fall(new Error('It fell.'));
  await expect(lost.answer).rejects.toThrow('It fell.');
  expect(open.worker.isStarted).toBe(false);
  const next = ask(open, 'b');
  // The first one says and does what it likes: nobody hears of it.
  open.workers[0].reply(next.id, 'of the first');
  open.workers[0].fall(new Error('It fell again.'));
  open.workers[1].reply(next.id, 'of the second');
  expect(await next.answer).toBe('of the second');
  expect(open.workers).toHaveLength(2);
});

it('ends with the reason that it is given, and silently where there is none', async () => {
  const open = scene();
  const first = ask(open, 'a');
  const ending = open.worker.end(new Error('Enough.'));
  await expect(first.answer).rejects.toThrow('Enough.');
  await ending;
  expect(open.workers[0].isEnded).toBe(true);
  const second = ask(open, 'b');
  await open.worker.end(null);
  const late = Symbol();
  expect(await Promise.race([second.answer, Promise.resolve(late)])).toBe(late);
  expect(open.workers[1].isEnded).toBe(true);
});

it('answers what cannot be sent by the error, and what is given up by its reason', async () => {
  const open = scene();
  await expect(ask(open, 'unsendable').answer).rejects.toThrow('cannot be cloned');
  const other = ask(open, 'a');
  open.worker.giveUp(other.id, new Error('Too slow.'));
  await expect(other.answer).rejects.toThrow('Too slow.');
  expect(open.worker.openCount).toBe(0);
});

it('hands buffers over, and tells of open questions only', () => {
  const open = scene();
  const buffer = new ArrayBuffer(8);
  const { id, answer } = open.worker.ask(() => 'with a buffer', { transfer: [buffer] });
  open.worker.tell(id, 'more');
  open.worker.tell(99, 'of nothing');
  open.worker.giveUp(id, new Error('Enough.'));
  open.worker.tell(id, 'too late');
  expect(open.workers[0].sent).toEqual(['with a buffer', 'more']);
  expect(open.workers[0].transferred).toEqual([[buffer], []]);
  return expect(answer).rejects.toThrow('Enough.');
});
