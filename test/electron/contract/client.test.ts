import { describe, expect, it } from 'vitest';
import { createLabClient, type LabPort } from '../../../electron/contract/client.ts';
import type { ClientMessage } from '../../../electron/contract/contract.ts';

/** A port that the test itself answers and breaks. */
function handPort(): LabPort & { readonly sent: ClientMessage[]; cut(reason: string): void } {
  const sent: ClientMessage[] = [];
  let lost: (reason: string) => void = () => undefined;
  return {
    sent,
    send: (message) => void sent.push(message),
    open: (_receive, whenLost) => void (lost = whenLost),
    cut: (reason) => lost(reason),
  };
}

describe('a client whose connection is lost', () => {
  it('tells so where no call is under way', () => {
    const port = handPort();
    const client = createLabClient(port);
    const told: string[] = [];
    client.whenLost((reason) => told.push(reason));
    port.cut('gone');
    expect(told).toEqual(['gone']);
  });

  it('rejects the calls that are under way and all later ones, and sends none of these', async () => {
    const port = handPort();
    const client = createLabClient(port);
    const underWay = client.call('app.info', {});
    port.cut('gone');
    await expect(underWay).rejects.toMatchObject({ code: 'disconnected', message: 'gone' });
    await expect(client.call('app.info', {})).rejects.toMatchObject({
      code: 'disconnected',
      message: 'gone',
    });
    expect(port.sent.length).toBe(1);
  });

  it('goes on over another port, and tells when that one is lost too', async () => {
    const [first, second] = [handPort(), handPort()];
    const client = createLabClient(first, () => Promise.resolve(second));
    const told: string[] = [];
    client.whenLost((reason) => told.push(reason));
    first.cut('gone');
    await client.reconnect?.();
    const call = client.call('app.info', {});
    expect(second.sent.map(({ kind }) => kind)).toEqual(['call']);
    second.cut('gone again');
    await expect(call).rejects.toMatchObject({ code: 'disconnected' });
    expect(told).toEqual(['gone', 'gone again']);
  });
});
