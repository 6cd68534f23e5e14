/**
 * The command line's first file. Node starts a CommonJS script with less memory than it needs for one ES module, so what
 * is too little for the program is said here in words; below, Node aborts in whatever it does next without any.
 */
const { readFileSync, writeSync } = require('node:fs');

/** What the program needs of the limits that a system may set, bytes; below, threads and their kernels do not start. */
const limits = [
  { row: 'Max data size', option: '-d', least: 256e6 },
  { row: 'Max address space', option: '-v', least: 2e9 },
];

/** What to say about the first limit in /proc/self/limits that is too small, or undefined. */
function tooLittle(text) {
  for (const { row, option, least } of limits) {
    const bytes = Number(new RegExp(`^${row}\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Infinity);
    if (bytes >= least) continue;
    const [needed, left] = [least, bytes].map((count) => `${Math.floor(count / 1e6)} MB`);
    return `creasebook needs ${needed} of memory, and the limit here is ${left}; nothing was started. Raise it (ulimit ${option}) and try again\n`;
  }
  return undefined;
}

function systemLimits() {
  try {
    return readFileSync('/proc/self/limits', 'utf8');
  } catch {
    // Other systems have no such file.
    return '';
  }
}

const problem = tooLittle(systemLimits());
if (problem === undefined) void import('./creasebook.mjs');
else {
  writeSync(2, problem);
  process.exitCode = 1;
}
