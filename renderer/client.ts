/** The lab as the page sees it, whichever shell shows the page. */
import type { LabClient } from '../electron/contract/contract.ts';
import { createLabClient } from '../electron/contract/client.ts';
import { maybePreloadBridge, portOfBridge } from './transport/ipc.ts';
import { openWebsocketPort } from './transport/websocket.ts';

/** A client of the lab that shows this window. Rejects where the lab does not answer. */
export async function connectedClient(page: Window): Promise<LabClient> {
  const bridge = maybePreloadBridge(page);
  if (bridge !== null) return createLabClient(portOfBridge(bridge));
  const connect = (): ReturnType<typeof openWebsocketPort> => openWebsocketPort(page.location);
  return createLabClient(await connect(), connect);
}
