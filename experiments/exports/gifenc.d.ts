/** The part of gifenc that films use; the package has no types. */
declare module 'gifenc' {
  type Palette = (readonly [number, number, number])[];

  interface FrameOptions {
    readonly palette?: Palette;
    readonly transparent?: boolean;
    readonly transparentIndex?: number;
    /** Milliseconds. */
    readonly delay?: number;
    readonly dispose?: number;
  }

  interface Encoder {
    writeFrame(index: Uint8Array, width: number, height: number, options?: FrameOptions): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
    reset(): void;
  }

  interface Gifenc {
    GIFEncoder(options?: { readonly initialCapacity?: number }): Encoder;
    quantize(rgba: Uint8Array, maxColors: number): [number, number, number][];
    nearestColorIndex(palette: Palette, pixel: readonly [number, number, number]): number;
  }

  export const GIFEncoder: Gifenc['GIFEncoder'];
  export const quantize: Gifenc['quantize'];
  export const nearestColorIndex: Gifenc['nearestColorIndex'];
  const gifenc: Gifenc;
  export default gifenc;
}
