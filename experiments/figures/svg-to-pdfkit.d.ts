/** The part of svg-to-pdfkit that figures use; the package has no types. */
declare module 'svg-to-pdfkit' {
  interface Options {
    /** Points. */
    readonly width?: number;
    readonly height?: number;
    /** Name of the registered font for text. */
    readonly fontCallback?: (family: string, bold: boolean, italic: boolean) => string;
    /** Hears of what cannot be drawn. */
    readonly warningCallback?: (message: string) => void;
  }

  /** Draws an SVG document at a place on the current page. */
  export default function drawSvg(
    document: PDFKit.PDFDocument,
    svg: string,
    x: number,
    y: number,
    options?: Options,
  ): void;
}
