/** What has to be there for tests with real engines. */
import { spawnSync } from 'node:child_process';

/** Where Debian has daemons, also for those whose path lacks it. */
export const daemonPath = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

/** Why tests with these programs cannot run here, in words; null where they can. With CI set it throws instead. */
export function absenceOf(packages: Readonly<Record<string, readonly string[]>>): string | null {
  const isRoot = process.getuid?.() === 0;
  const missing = Object.entries(packages)
    .filter(([, programs]) => programs.some((program) => !isThere(program)))
    .map(([name]) => name);
  const reasons = [
    ...(isRoot ? [] : ['they need root']),
    ...(missing.length > 0 ? [`Debian's packages ${missing.join(', ')} are missing`] : []),
  ];
  if (reasons.length === 0) return null;
  const absence = reasons.join(', ');
  if (process.env['CI'] !== undefined) throw new Error(`Tests with real engines cannot run: ${absence}`);
  return absence;
}

function isThere(program: string): boolean {
  const found = spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', program], {
    env: { ...process.env, PATH: daemonPath },
  });
  return found.status === 0;
}

/** Packages of a Slurm, by the programs that are needed of them. */
export const slurmPackages = {
  'slurm-wlm': ['slurmctld', 'slurmd', 'sbatch', 'squeue', 'scontrol', 'scancel'],
  munge: ['munged'],
};

/** Packages for machines over ssh. */
export const sshPackages = {
  parallel: ['parallel'],
  'openssh-server': ['sshd'],
  'openssh-client': ['ssh', 'ssh-keygen'],
  rsync: ['rsync'],
};
