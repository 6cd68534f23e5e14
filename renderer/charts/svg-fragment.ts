/** Drawings of the program as elements, put together without any HTML string in the page. */

/** The elements of an SVG text that this program drew. */
export function svgFragment(content: string): DocumentFragment {
  const text = `<svg xmlns="http://www.w3.org/2000/svg">${content}</svg>`;
  const root = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  const fragment = document.createDocumentFragment();
  fragment.append(...root.childNodes);
  return fragment;
}
