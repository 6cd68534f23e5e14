/** Whether Chromium's sandbox can work for a binary that npm installed on this Linux. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What decides it. */
export interface SandboxFacts {
  /** Content of /proc/sys/kernel/apparmor_restrict_unprivileged_userns; null where it is not there. */
  readonly apparmorRestricts: string | null;
  /** Content of /proc/sys/kernel/unprivileged_userns_clone; null where it is not there. */
  readonly namespacesAllowed: string | null;
  /** The helper beside the binary, by owner and mode; null where there is none. */
  readonly helper: { readonly owner: number; readonly mode: number } | null;
}

/**
 * What is in the way of Electron, with the two commands that mend it; null where nothing is. Without namespaces for
 * ordinary users Electron ends at once unless its helper belongs to root and has the mode 4755, which npm cannot give it
 * (electron/electron issues 41066 and 42510).
 */
export function sandboxObstacle(
  { apparmorRestricts, namespacesAllowed, helper }: SandboxFacts,
  helperPath: string,
): string | null {
  const hasNamespaces = apparmorRestricts?.trim() !== '1' && namespacesAllowed?.trim() !== '0';
  const hasHelper = helper !== null && helper.owner === 0 && (helper.mode & 0o7777) === 0o4755;
  if (hasNamespaces || hasHelper) return null;
  const path = `'${helperPath.replaceAll("'", `'\\''`)}'`;
  return (
    'This system lets no program of npm have a sandbox, so that Electron would not start. ' +
    `To let this one: sudo chown root ${path} && sudo chmod 4755 ${path}`
  );
}

/** The obstacle for a binary on this machine; null elsewhere than on Linux, and for root, whom Electron tells itself. */
export function sandboxObstacleHere(binary: string): string | null {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return null;
  const helperPath = join(dirname(binary), 'chrome-sandbox');
  const facts = {
    apparmorRestricts: maybeText('/proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
    namespacesAllowed: maybeText('/proc/sys/kernel/unprivileged_userns_clone'),
    helper: helperAt(helperPath),
  };
  return sandboxObstacle(facts, helperPath);
}

function maybeText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function helperAt(path: string): SandboxFacts['helper'] {
  try {
    const { uid, mode } = statSync(path);
    return { owner: uid, mode };
  } catch {
    return null;
  }
}
