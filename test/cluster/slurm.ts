/** A real Slurm on the loopback interface of this machine, in one folder: munged, slurmctld, and a slurmd for each node. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { descendants, hasOpen, isRunning, processes, signalAll } from './processes.ts';
import { daemonPath } from './requirements.ts';
import { gresConfig, slurmConfig } from './slurm-config.ts';

/** A task as squeue lists it. */
export interface ListedTask {
  readonly state: string;
  readonly node: string;
  readonly restarts: number;
}

/** A cluster under way. Its programs are found through SLURM_CONF and PATH of this process. */
export class TestCluster {
  readonly folder: string;
  readonly nodes: number;
  readonly #env: NodeJS.ProcessEnv;

  constructor(folder: string, nodes: number) {
    this.folder = folder;
    this.nodes = nodes;
    this.#env = { ...process.env, PATH: daemonPath, SLURM_CONF: join(folder, 'slurm.conf') };
  }

  /** What a program of Slurm prints. Throws where it fails. */
  ask(program: string, ...words: string[]): string {
    const { status, stdout, stderr } = spawnSync(program, words, { env: this.#env, encoding: 'utf8' });
    if (status === 0) return stdout;
    throw new Error(`${program} ${words.join(' ')}: ${stderr || stdout}`);
  }

  /** The tasks of a job that squeue still lists, by their number. */
  tasks(job: string): Map<number, ListedTask> {
    const fields = 'ArrayTaskID:12,State:20,NodeList:20,RestartCnt:6';
    const words = ['-h', '-r', '-j', job, '-t', 'all', '-O', fields];
    const look = () => spawnSync('squeue', words, { env: this.#env, encoding: 'utf8' });
    let listed = look();
    // On a busy machine an answer may take too long: that says nothing of the tasks.
    for (let again = 0; again < 5 && isSilence(listed); again++) listed = look();
    if (isSilence(listed)) throw new Error(`squeue: ${listed.stderr}`);
    const tasks = new Map<number, ListedTask>();
    for (const line of listed.stdout.split('\n').filter((one) => one.trim() !== '')) {
      const [task, state, node, restarts] = [
        line.slice(0, 12),
        line.slice(12, 32),
        line.slice(32, 52),
        line.slice(52),
      ];
      tasks.set(Number(task), { state: state.trim(), node: node.trim(), restarts: Number(restarts) });
    }
    return tasks;
  }

  /** Lets tasks wait again that Slurm holds because a node that was just lost could not start them, as an administrator does. */
  releaseHeld(job: string): void {
    const words = ['-h', '-r', '-j', job, '-t', 'PENDING', '-O', 'JobID:20,Reason:60'];
    const { stdout } = spawnSync('squeue', words, { env: this.#env, encoding: 'utf8' });
    for (const line of stdout.split('\n').filter((one) => /launch failed requeued held/i.test(one)))
      this.ask('scontrol', 'release', line.slice(0, 20).trim());
  }

  /** Starts a node, or brings a lost one back. Each has a host name of its own. */
  startNode(node: string): void {
    mkdirSync(join(this.folder, 'run', node), { recursive: true });
    const script = 'hostname "$1" && exec slurmd -N "$2"';
    const words = ['--uts', '/bin/sh', '-c', script, 'sh', `node-${node.slice(1)}`, node];
    const { status, stderr } = spawnSync('unshare', words, {
      env: this.#env,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0) throw new Error(`slurmd -N ${node}: ${stderr}`);
  }

  /** The power of a node goes: its slurmd, its steps and all their processes die at once. */
  killNode(node: string): void {
    const log = join(this.folder, 'log', `${node}.log`);
    const all = processes();
    const steps = all
      .filter(({ name, pid }) => name === 'slurmstepd' && hasOpen(pid, log))
      .map(({ pid }) => pid);
    const tasks = steps.flatMap((step) => descendants(step, all));
    signalAll([this.#daemon(node), ...steps, ...tasks], 'SIGKILL');
    rmSync(join(this.folder, 'run', `${node}.pid`), { force: true });
  }

  /** The network of a node goes: nobody hears of it, its tasks go on. */
  cutNode(node: string): void {
    signalAll([this.#daemon(node)], 'SIGSTOP');
  }

  /** The network of a node is back. */
  healNode(node: string): void {
    signalAll([this.#daemon(node)], 'SIGCONT');
  }

  /** Has a node that was declared lost take tasks again, where it has not come back by itself meanwhile. */
  resumeNode(node: string): void {
    try {
      this.ask('scontrol', 'update', `nodename=${node}`, 'state=resume');
    } catch (error) {
      if (!/invalid node state/i.test(String(error))) throw error;
    }
  }

  startController(): void {
    const { status, stderr } = spawnSync('slurmctld', [], {
      env: this.#env,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (status !== 0) throw new Error(`slurmctld: ${stderr}`);
  }

  /** Ends the controller in good order; its state is kept. */
  async stopController(): Promise<void> {
    const pid = this.#daemon('slurmctld');
    signalAll([pid], 'SIGTERM');
    await until('the controller to end', () => !isRunning(pid));
  }

  /** Ends everything that was started here, and nothing else, and removes the folder. */
  async stop(): Promise<void> {
    spawnSync('scancel', ['--full', '--user', userInfo().username], { env: this.#env });
    await sleep(500);
    const run = join(this.folder, 'run');
    const daemons = readdirSync(run)
      .filter((name) => name.endsWith('.pid'))
      .map((name) => this.#daemon(name.slice(0, -4)));
    const nodeLogs = Array.from({ length: this.nodes }, (_, at) =>
      join(this.folder, 'log', `n${at + 1}.log`),
    );
    const all = processes();
    const steps = all.filter(
      ({ name, pid }) => name === 'slurmstepd' && nodeLogs.some((log) => hasOpen(pid, log)),
    );
    const tasks = steps.flatMap(({ pid }) => [pid, ...descendants(pid, all)]);
    signalAll(daemons, 'SIGCONT');
    signalAll([...daemons, ...tasks], 'SIGKILL');
    await sleep(200);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #daemon(name: string): number {
    return Number(readFileSync(join(this.folder, 'run', `${name}.pid`), 'utf8'));
  }
}

/** Whether squeue did not answer; a job that Slurm has forgotten has no tasks. */
function isSilence({ status, stderr }: { readonly status: number | null; readonly stderr: string }): boolean {
  return status !== 0 && !/invalid job id/i.test(stderr);
}

/** Waits until something holds; rejects with what was waited for after so many seconds. */
export async function until(what: string, holds: () => boolean, seconds = 120): Promise<void> {
  const end = Date.now() + 1000 * seconds;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain for ${what}`);
    await sleep(200);
  }
}

/** Starts a cluster of so many nodes, and lets this process's programs find it. */
export async function startCluster(
  nodes: number,
  { processors = 1, longestArray = 1001, hasGpus = false } = {},
): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-slurm-'));
  chmodSync(folder, 0o755);
  for (const name of ['state', 'log', 'run', 'munge']) mkdirSync(join(folder, name));
  chmodSync(join(folder, 'munge'), 0o700);
  writeFileSync(join(folder, 'munge', 'key'), randomBytes(128), { mode: 0o400 });
  const [host = 'localhost'] = hostname().split('.');
  const port = 12_000 + 50 * Math.floor(Math.random() * 400);
  const user = userInfo().username;
  const shape = { folder, host, user, nodes, processors, port, longestArray, hasGpus };
  writeFileSync(join(folder, 'slurm.conf'), slurmConfig(shape));
  if (hasGpus) writeFileSync(join(folder, 'gres.conf'), gresConfig);
  const cluster = new TestCluster(folder, nodes);
  const at = (...names: string[]): string => join(folder, ...names);
  cluster.ask(
    'munged',
    ...['--force', `--key-file=${at('munge', 'key')}`, `--socket=${at('run', 'munge.socket')}`],
    ...[`--pid-file=${at('run', 'munged.pid')}`, `--log-file=${at('log', 'munged.log')}`],
    `--seed-file=${at('munge', 'seed')}`,
  );
  cluster.startController();
  for (let node = 1; node <= nodes; node++) cluster.startNode(`n${node}`);
  const idle = (): string => cluster.ask('sinfo', '-h', '-N', '-p', 'main', '-t', 'idle', '-o', '%N');
  await until('all nodes', () => idle().trim().split('\n').filter(Boolean).length === nodes, 60).catch(
    async (error: unknown) => {
      const log = readFileSync(at('log', 'slurmctld.log'), 'utf8').slice(-3000);
      await cluster.stop();
      throw new Error(`${String(error)}\n${log}`);
    },
  );
  process.env['SLURM_CONF'] = at('slurm.conf');
  return cluster;
}
