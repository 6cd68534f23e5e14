/** Times as people write them, in the zone of the machine that shows them; records keep UTC. */

/** "2026-11-20". */
export function localDay(time: Date): string {
  return [
    String(time.getFullYear()).padStart(4, '0'),
    twoDigits(time.getMonth() + 1),
    twoDigits(time.getDate()),
  ].join('-');
}

/** "2026-11-20 14:05"; the text itself where it is no time. */
export function localMinute(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  return `${localDay(time)} ${twoDigits(time.getHours())}:${twoDigits(time.getMinutes())}`;
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0');
}
