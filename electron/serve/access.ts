/** Who may talk to the lab over the loopback interface: whoever brought a link's token, and from then on a cookie. */
import { randomBytes, timingSafeEqual } from 'node:crypto';

/** Maximum number of browsers that are remembered; the ones that came first are forgotten. */
const maxVisitors = 100;
/** Links that were given out and not used yet. */
const maxLinks = 20;

/** Who may enter: tokens that work once, and the cookies they are changed for. */
export interface Access {
  /** A token that opens the lab once. */
  newToken(): string;
  /** The cookie's value for whoever brings an unused token, which is used up by that; null for any other text. */
  redeem(token: string): string | null;
  /** Whether a Cookie header holds a value that was given out. */
  isKnown(cookieHeader: string | undefined): boolean;
  readonly cookieName: string;
}

/** Access for the server at a port. Browsers send cookies to every port of a host: the name tells them apart. */
export function createAccess(port: number): Access {
  const cookieName = `creasebook-${port}`;
  const tokens: Buffer[] = [];
  const visitors: Buffer[] = [];
  return {
    cookieName,
    newToken() {
      const token = secret();
      tokens.push(token);
      if (tokens.length > maxLinks) tokens.shift();
      return token.toString();
    },
    redeem(token) {
      const at = indexOfSecret(tokens, token);
      if (at < 0) return null;
      tokens.splice(at, 1);
      const visitor = secret();
      visitors.push(visitor);
      if (visitors.length > maxVisitors) visitors.shift();
      return visitor.toString();
    },
    isKnown(cookieHeader) {
      const value = cookieValue(cookieHeader, cookieName);
      return value !== null && indexOfSecret(visitors, value) >= 0;
    },
  };
}

/** 32 random bytes in Base64 for URLs, as the text's bytes: only this very text is right, no other spelling of the same bytes. */
function secret(): Buffer {
  return Buffer.from(randomBytes(32).toString('base64url'));
}

/** Compares with every secret, each in constant time. */
function indexOfSecret(secrets: readonly Buffer[], text: string): number {
  const given = Buffer.from(text.slice(0, 100));
  let found = -1;
  secrets.forEach((candidate, at) => {
    if (given.length === candidate.length && timingSafeEqual(given, candidate)) found = at;
  });
  return found;
}

function cookieValue(header: string | undefined, name: string): string | null {
  const pair = (header ?? '')
    .slice(0, 16_384)
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  return pair === undefined ? null : pair.slice(name.length + 1);
}
