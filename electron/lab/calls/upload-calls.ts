/** Calls that take in a file piece by piece. */
import type { CallHandlers } from './router.ts';
import type { Uploads } from '../imports/uploads.ts';

type UploadCall = 'upload.begin' | 'upload.append' | 'upload.drop';

/** Handlers of the calls about uploads. */
export function uploadCalls(uploads: Uploads): CallHandlers<UploadCall> {
  return {
    'upload.begin': async ({ size }) => ({ upload: await uploads.begin(size) }),
    'upload.append': async ({ upload, at, bytes }) => ({ received: await uploads.append(upload, at, bytes) }),
    async 'upload.drop'({ upload }) {
      await uploads.drop(upload);
      return null;
    },
  };
}
