/** A port to the lab over a websocket. */
import type { ClientMessage, LabMessage } from '../../electron/contract/contract.ts';
import type { LabPort } from '../../electron/contract/client.ts';
import { decodeMessage, encodeMessage } from '../../electron/contract/wire.ts';

const socketPath = '/lab';

/** An open port to the lab that serves this page. Rejects where the lab does not answer. */
export function openWebsocketPort(page: Location): Promise<LabPort> {
  const socket = new WebSocket(`${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}${socketPath}`);
  socket.binaryType = 'arraybuffer';
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(portOfSocket(socket)), { once: true });
    socket.addEventListener('close', () => reject(new Error('The lab does not answer.')), { once: true });
  });
}

function portOfSocket(socket: WebSocket): LabPort {
  return {
    send(message: ClientMessage) {
      if (socket.readyState === WebSocket.OPEN) socket.send(encodeMessage(message));
    },
    open(receive, lost) {
      socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        receive(decodeMessage(new Uint8Array(data)) as LabMessage);
      });
      socket.addEventListener('close', () => lost('The connection to the lab was lost.'), { once: true });
    },
  };
}
