/** Which versions of Node the program and what builds it run on. Plain JavaScript: it is read before anything is installed. */

/** Whether a version does: 20.19 and later, 22.12 and later, everything from 23; what builds needs `require` of modules. */
export function isNodeVersionEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === 20) return minor >= 19;
  if (major === 22) return minor >= 12;
  return major > 22;
}
