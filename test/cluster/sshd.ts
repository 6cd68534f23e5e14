/** A real sshd on the loopback interface, with keys of its own, that plays several machines. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { daemonPath } from './requirements.ts';
import { until } from './slurm.ts';

/** Machines that are this one. */
export interface SshMachines {
  /** A path for programs on which `ssh` knows the machines by their names. */
  readonly path: string;
  stop(): Promise<void>;
}

/** Starts sshd; `names` are what its machines are called, `variables` what whoever logs in finds set. */
export async function startMachines(
  names: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<SshMachines> {
  const folder = mkdtempSync(join(tmpdir(), 'creasebook-sshd-'));
  const at = (name: string): string => join(folder, name);
  const port = 32_000 - Math.floor(Math.random() * 500);
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  for (const key of ['host', 'own'])
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(key)], { stdio: 'ignore' });
  const server = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${at('host')}`,
    `AuthorizedKeysFile ${at('own.pub')}`,
    `PidFile ${at('sshd.pid')}`,
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'StrictModes no',
    'UsePAM no',
    ...Object.entries(variables).map(([name, value]) => `SetEnv ${name}=${value}`),
  ];
  const client = [
    `Host ${names.join(' ')}`,
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  User ${userInfo().username}`,
    `  IdentityFile ${at('own')}`,
    '  IdentitiesOnly yes',
    '  StrictHostKeyChecking no',
    `  UserKnownHostsFile ${at('known')}`,
    '  LogLevel ERROR',
  ];
  writeFileSync(at('sshd.conf'), `${server.join('\n')}\n`);
  writeFileSync(at('ssh.conf'), `${client.join('\n')}\n`);
  mkdirSync(at('programs'));
  writeFileSync(at('programs/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${at('ssh.conf')} "$@"\n`);
  chmodSync(at('programs/ssh'), 0o755);
  const child = spawn('/usr/sbin/sshd', ['-D', '-f', at('sshd.conf'), '-E', at('sshd.log')], {
    stdio: 'ignore',
  });
  let isOpen = false;
  await until('sshd to listen', () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => (isOpen = true)).on('error', () => undefined);
    setTimeout(() => socket.destroy(), 150);
    return isOpen;
  });
  return {
    path: `${at('programs')}:${daemonPath}`,
    async stop() {
      const ended = new Promise((resolve) => child.on('close', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
