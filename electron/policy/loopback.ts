/** Which requests over the loopback interface may be answered. */

/** Names of the loopback interface; another name means that a foreign page's address was pointed here (DNS rebinding). */
const loopbackHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/;

/** Whether a Host header names the loopback interface. Any port: a tunnel may listen on another one. */
export function isLoopbackHost(host: string | undefined): host is string {
  return host !== undefined && loopbackHost.test(host);
}

/** Whether an Origin header is that of the lab's own page, as reached under this Host. */
export function isOwnOrigin(origin: string | undefined, host: string): boolean {
  return origin === `http://${host}`;
}

/** Whether the browser says that another site caused the request. Older browsers say nothing. */
export function isForeignRequest(
  origin: string | undefined,
  fetchSite: string | undefined,
  host: string,
): boolean {
  if (origin !== undefined && !isOwnOrigin(origin, host)) return true;
  return fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none';
}
