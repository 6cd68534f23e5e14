/** `bench --peers`: PyTorch, where Python has it, beside this program in alternation; CPU seconds, one thread each. */
import { trainedNetwork } from '../../../experiments/diagnostics/speed.ts';
import { encodeSafetensors } from '../../../experiments/formats/safetensors.ts';
import { parseShape } from '../../../experiments/network/shape-text.ts';
import { environmentRecord } from '../../compute/environment.ts';
import { hostEngine } from '../../compute/thread-engines.ts';
import { privateFile } from '../../lab/disk/outside-files.ts';
import { benchChildPath, torchPeerPath } from '../../program/assets.ts';
import type { Arguments } from '../arguments.ts';
import { alignColumns, printJson, printLine, remark } from '../console-output.ts';
import { Peer, type PeerTask } from './peer-tasks.ts';
import { UserError } from '../user-error.ts';

/** What `--only` can name. */
const subjectKinds = ['training', 'frames', 'regions'] as const;
type SubjectKind = (typeof subjectKinds)[number];

/** Something that all programs do, each in its ways: the best of them counts. */
interface Subject {
  readonly kind: SubjectKind;
  readonly what: string;
  /** Repetitions within one run of a task: figures are of one. */
  readonly repetitions: number;
  readonly ours: readonly PeerTask[];
  readonly theirs: readonly PeerTask[];
}

/** Figures of one program at one subject. */
interface PeerFigure {
  readonly program: string;
  readonly style: string;
  /** CPU seconds of one repetition: the least and the median of the rounds. */
  readonly best: number;
  readonly median: number;
  readonly regions: number | null;
}

interface SubjectFigures {
  readonly what: string;
  readonly figures: readonly PeerFigure[];
  /** Least CPU time of PyTorch over ours: above 1 we are faster. */
  readonly timesAsFast: number;
}

/** A program with the name that tables have for it. */
interface NamedPeer {
  readonly label: string;
  readonly isOurs: boolean;
  readonly peer: Peer;
}

/** Measures and prints. Throws UserError where no Python with PyTorch is found. */
export async function peerBench(args: Arguments): Promise<number> {
  const rounds = args.whole('rounds', 1, 1000) ?? 5;
  const isSmall = args.choice('sizes', ['full', 'small']) === 'small';
  const only = args.choice('only', subjectKinds);
  const peers = await startPeers(args.text('python'));
  const slow = peers.find(({ isOurs, peer }) => !isOurs && !/OpenBLAS|MKL/i.test(peer.facts.kernels));
  if (slow !== undefined)
    remark('PyTorch has no fast matrix products here: Debian needs libopenblas0-pthread beside it.');
  try {
    const results: SubjectFigures[] = [];
    for (const subject of await subjects(isSmall)) {
      if (only !== undefined && subject.kind !== only) continue;
      remark(`Measuring ${subject.what} ...`);
      results.push(await measured(subject, peers, rounds));
    }
    const programs = peers.map(({ label, peer }) => ({ label, ...peer.facts }));
    if (args.flag('json')) printJson({ environment: environmentRecord(), rounds, programs, results });
    else print(peers, results, rounds);
    return 0;
  } finally {
    for (const { peer } of peers) peer.end();
  }
}

/** Our kernels of every kind that this machine has, and PyTorch with both kinds of OpenBLAS kernels. */
async function startPeers(python: string | undefined): Promise<NamedPeer[]> {
  const torch = await startTorch(python === undefined ? ['python3', '/usr/bin/python3'] : [python]);
  const ours = await Promise.all(
    ['', 'avx2', 'wasm'].map((kernels) =>
      Peer.start('Creasebook', process.execPath, [benchChildPath()], { CREASEBOOK_KERNELS: kernels }),
    ),
  );
  const named = ours.flatMap((peer) =>
    peer === null ? [] : [{ label: `Creasebook, ${peer.facts.kernels}`, isOurs: true, peer }],
  );
  const theirs = torch.map((peer) => ({ label: `PyTorch, ${peer.facts.kernels}`, isOurs: false, peer }));
  return [...named, ...theirs].filter(
    ({ label }, at, all) => all.findIndex((other) => other.label === label) === at,
  );
}

async function startTorch(pythons: readonly string[]): Promise<Peer[]> {
  for (const python of pythons) {
    const start = (kernels: Readonly<Record<string, string>>): Promise<Peer | null> =>
      Peer.start('PyTorch', python, [torchPeerPath()], { OMP_NUM_THREADS: '1', ...kernels });
    const first = await start({ OPENBLAS_CORETYPE: '' });
    if (first === null) continue;
    const narrow = await start({ OPENBLAS_CORETYPE: 'Haswell' });
    return narrow === null ? [first] : [first, narrow];
  }
  throw new UserError(
    `bench: ${pythons.join(' and ')} cannot import torch; install PyTorch (Debian: python3-torch with libopenblas0-pthread) or name a Python that has it with --python`,
  );
}

async function subjects(isSmall: boolean): Promise<Subject[]> {
  const sizes: readonly (readonly [string, number, number])[] = [
    ['[10]*4', 312, 400],
    ['[30]*30', 312, 40],
    ['[30]*30', 5000, 4],
    ['[100]*10', 1250, 10],
    ['[100]*20', 5050, 2],
  ];
  const size = isSmall ? 128 : 1024;
  const network = await trainedNetwork(
    await hostEngine('strict'),
    { hidden: parseShape('[30]*30'), outputs: 1 },
    isSmall ? 10 : 300,
  );
  const geometry: PeerTask = {
    kind: 'geometry',
    file: privateFile('network.safetensors', encodeSafetensors(network)),
  };
  return [
    ...sizes.map(([shape, points, epochs]) => training(shape, points, isSmall ? 1 : epochs)),
    ...['[30]*30', '[100]*20'].map((shape) => frame(shape, size)),
    {
      kind: 'regions',
      what: `exact regions of [30]*30 after ${isSmall ? 10 : 300} epochs`,
      repetitions: 1,
      ours: [geometry],
      theirs: [geometry],
    },
  ];
}

function training(shape: string, points: number, epochs: number): Subject {
  const task = { kind: 'train', widths: parseShape(shape), points, batch: 1024, epochs } as const;
  return {
    kind: 'training',
    what: `epoch of ${shape}, ${points} points`,
    repetitions: epochs,
    ours: [task],
    theirs: [task],
  };
}

function frame(shape: string, size: number): Subject {
  const frameOf = (style: 'chunked' | 'layered' | 'float32' | 'anchored'): PeerTask => ({
    kind: 'frame',
    widths: parseShape(shape),
    size,
    style,
  });
  return {
    kind: 'frames',
    what: `frame of ${shape} with hashes, ${size} x ${size}`,
    repetitions: 1,
    ours: [frameOf('float32'), frameOf('anchored')],
    theirs: [frameOf('chunked'), frameOf('layered')],
  };
}

/** All programs in turn, round after round, so that a machine whose speed changes is the same for all. */
async function measured(
  subject: Subject,
  peers: readonly NamedPeer[],
  rounds: number,
): Promise<SubjectFigures> {
  const runs = peers.flatMap(({ label, isOurs, peer }) =>
    (isOurs ? subject.ours : subject.theirs).map((task) => ({
      program: label,
      isOurs,
      style: styleOf(task, isOurs),
      peer,
      task,
      seconds: [] as number[],
      regions: null as number | null,
    })),
  );
  for (let round = 0; round < rounds; round++) {
    for (const run of runs) {
      const { seconds, regions } = await run.peer.run(run.task);
      run.seconds.push(seconds / subject.repetitions);
      run.regions = regions;
    }
  }
  const bestOf = (isOurs: boolean): number =>
    Math.min(...runs.filter((run) => run.isOurs === isOurs).flatMap((run) => run.seconds));
  return {
    what: subject.what,
    figures: runs.map(({ program, style, seconds, regions }) => ({
      program,
      style,
      best: Math.min(...seconds),
      median: median(seconds),
      regions,
    })),
    timesAsFast: bestOf(false) / bestOf(true),
  };
}

/** How a program does a task, where that needs saying. */
function styleOf(task: PeerTask, isOurs: boolean): string {
  if (task.kind === 'frame') return task.style;
  return task.kind === 'geometry' && !isOurs ? 'edge subdivision in NumPy' : '';
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? NaN) + (sorted[sorted.length >> 1] ?? NaN)) / 2;
}

function print(peers: readonly NamedPeer[], results: readonly SubjectFigures[], rounds: number): void {
  printLine(`CPU of one thread, the least of ${rounds} rounds in alternation; ${peers[0]?.peer.facts.name},`);
  printLine(
    `${peers.find(({ isOurs }) => !isOurs)?.peer.facts.name}; PyTorch over ours: above 1 ours is faster`,
  );
  for (const { what, figures, timesAsFast } of results) {
    printLine('');
    printLine(`${what}: ${timesAsFast.toFixed(2)}`);
    const rows = figures.map(({ program, style, best, median: middle, regions }) => [
      `  ${program}${style === '' ? '' : `, ${style}`}`,
      `${millisecondsText(best)} ms`,
      `median ${millisecondsText(middle)}`,
      regions === null ? '' : `${regions.toLocaleString('en')} regions`,
    ]);
    alignColumns(rows, [1, 2, 3]).forEach(printLine);
  }
}

/** Three digits of milliseconds, all of those before the point. */
function millisecondsText(seconds: number): string {
  const milliseconds = 1000 * seconds;
  return milliseconds < 100 ? milliseconds.toPrecision(3) : milliseconds.toFixed(0);
}
