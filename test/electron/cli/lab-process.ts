/** The command line as a real process on real folders. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface LabResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LabProcess {
  readonly child: ChildProcess;
  readonly result: Promise<LabResult>;
}

export interface LabOptions {
  readonly node?: string;
  readonly prefix?: readonly string[];
  readonly cwd?: string;
}

/** Starts `creasebook ARGS`, optionally through another program such as a shell's `ulimit`, or another Node. */
export function startLab(args: readonly string[], options: LabOptions = {}): LabProcess {
  const program = [
    ...(options.prefix ?? []),
    options.node ?? process.execPath,
    join(process.cwd(), 'dist/node/cli.js'),
    ...args,
  ];
  const child = spawn(program[0]!, program.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], cwd: options.cwd });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const result = new Promise<LabResult>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, result };
}

/** Starts `creasebook serve` and waits for the address that opens it once. */
export async function startServer(
  notebook: string,
  options: LabOptions = {},
): Promise<{ readonly process: LabProcess; readonly link: URL }> {
  const process = startLab(['serve', '--notebook', notebook, '--threads', '2'], options);
  const link = await new Promise<URL>((resolve, reject) => {
    let text = '';
    process.child.stdout?.on('data', (data: Buffer) => {
      text += data.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(text);
      if (found !== null) resolve(new URL(found[0]));
    });
    void process.result.then(({ stderr }) => reject(new Error(`serve ended: ${stderr}`)));
  });
  return { process, link };
}

export function lab(...args: string[]): Promise<LabResult> {
  return startLab(args).result;
}

/** JSON of a command that must succeed. */
export async function labJson<Document>(...args: string[]): Promise<Document> {
  const result = await lab(...args, '--json');
  if (result.code !== 0) throw new Error(`exit ${result.code}: ${result.stderr}`);
  return JSON.parse(result.stdout) as Document;
}

/** A temporary folder with a small sweep file; `remove` deletes it. */
export function temporaryLab(sweep = tinySweep): {
  folder: string;
  notebook: string;
  sweep: string;
  remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-'));
  const path = join(folder, 'sweep.yaml');
  writeFileSync(path, sweep);
  return {
    folder,
    notebook: join(folder, 'notebook'),
    sweep: path,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Two cells that train in about a second. */
export const tinySweep = `name: tiny
target: ring
epochs: 60
validation: 50
snapshots: { every: 7, key_frame_every: 3, preview: 32, truth_stride: 16 }
parameters:
  shape: { values: ["[9]*3"] }
  points: { values: [130, 65] }
training: { batch_size: 32 }
`;

export interface ShownEntry {
  readonly id: string;
  readonly path: string;
  readonly receipts: readonly { level: string; holds: boolean }[];
  readonly cells: readonly {
    id: string;
    label: string;
    state: string;
    epoch: number | null;
    epochs: number;
  }[];
}

/** Digests of every snapshot of an entry by cell and epoch: weights and link. */
export async function digests(notebook: string, entry: string): Promise<string> {
  const { cells } = await labJson<{ cells: { id: string; digests: unknown }[] }>(
    'show',
    entry,
    '--digests',
    '--notebook',
    notebook,
  );
  return JSON.stringify(cells.map(({ id, digests: list }) => [id, list]));
}
