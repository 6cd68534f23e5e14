/** Meters the exact frames of a cell that is seen large, in the page: from the request to the drawing. */

export interface FrameTimes {
  /** From the key press to the request: time rested so long. */
  readonly rest: number;
  /** From the request to the first picture that is newer, in milliseconds: a coarse one, or the final one itself. */
  readonly first: number;
  /** From the request to the final picture: the frame, or exact polytopes where they were there before it. */
  readonly final: number;
  readonly isPolytopes: boolean;
}

interface FrameMeter {
  /** To be called before the key press; resolves when a picture of so many pixels across is on the screen. */
  frame(width: number): Promise<FrameTimes>;
}

declare global {
  interface Window {
    frameMeter: FrameMeter;
  }
}

/** Before anything else in the page, after `installMeters`: watches requests for frames and the large picture. */
export function installFrameMeter(): void {
  let requested: { readonly at: number; readonly drawings: number } | null = null;
  let pressed = 0;
  let drawn: (at: number, source: HTMLCanvasElement | ImageBitmap, version: number) => void = () => undefined;
  window.addEventListener('keydown', ({ timeStamp }) => (pressed = timeStamp), true);
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = new Proxy(send, {
    apply(original, socket, args: [Uint8Array]) {
      const head = new TextDecoder().decode(args[0].subarray(0, 1000));
      if (head.includes('"frame.render"') && head.includes('"shown"'))
        requested ??= { at: performance.now(), drawings: window.drawingCount };
      Reflect.apply(original, socket, args);
    },
  });
  const { drawImage } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.drawImage = new Proxy(drawImage, {
    apply(original, context: CanvasRenderingContext2D, args: [CanvasImageSource]) {
      Reflect.apply(original, context, args);
      const [source] = args;
      const isBitmap = source instanceof ImageBitmap;
      if (!(source instanceof HTMLCanvasElement || isBitmap)) return;
      if (!context.canvas.matches('canvas.picture')) return;
      // Polytopes are drawn over a frame of their own moment only: they are never older than the request.
      const version = isBitmap ? Infinity : (window.drawings.get(source) ?? 0);
      // What was drawn is on its way to the screen when the frame that holds it was handed over.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => drawn(performance.now(), source, version);
      requestAnimationFrame(() => port2.postMessage(null));
    },
  });
  window.frameMeter = {
    frame(width) {
      requested = null;
      let first: number | null = null;
      return new Promise((resolve) => {
        drawn = (at, source, version) => {
          if (requested === null || version <= requested.drawings) return;
          first ??= at - requested.at;
          if (source.width < width) return;
          drawn = () => undefined;
          const isPolytopes = source instanceof ImageBitmap;
          resolve({ rest: requested.at - pressed, first, final: at - requested.at, isPolytopes });
        };
      });
    },
  };
}
