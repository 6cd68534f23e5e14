/** The part of gifenc that films use; the package has no types. */
declare module 'gifenc' {
  type Palette = (readonly [number, number, number])[];

  interface FrameOptions {
    readonly palette?: Palette;
    /** Whether this frame carries the size and the palette of all. */
    readonly first?: boolean;
    readonly transparent?: boolean;
    readonly transparentIndex?: number;
    /** Milliseconds. */
    readonly delay?: number;
    readonly dispose?: number;
  }

  interface Encoder {
    writeFrame(index: Uint8Array, width: number, height: number, options?: FrameOptions): void;
    writeHeader(): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
    reset(): void;
  }

  export function GIFEncoder(options: { readonly auto: boolean }): Encoder;
  export function quantize(rgba: Uint8Array, maxColors: number): [number, number, number][];
  export function nearestColorIndex(palette: Palette, pixel: readonly [number, number, number]): number;
}
