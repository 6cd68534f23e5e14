/** Pictures inside SVG. */
import type { RgbaImage } from '../drawing/colouring.ts';
import { encodePng } from '../formats/png.ts';
import { base64, element } from './svg-elements.ts';
import type { Panel } from './point-dots.ts';

/** An SVG image with the PNG inside it; pixels stay sharp where they are larger than the screen's. */
export function pictureElement(image: RgbaImage, panel: Panel): string {
  const isMagnified = image.width < panel.width;
  return element('image', {
    ...panel,
    preserveAspectRatio: 'none',
    'image-rendering': isMagnified ? 'optimizeSpeed' : 'optimizeQuality',
    ...(isMagnified ? { style: 'image-rendering:pixelated' } : {}),
    href: `data:image/png;base64,${base64(encodePng(image))}`,
  });
}
