/** Text of page content as a browser shows it. */

/** The text of a fragment with its lines and paragraphs, laid out for a moment below `place`. The fragment is used up. */
export function shownText(fragment: DocumentFragment, place: HTMLElement): string {
  const sheet = place.ownerDocument.createElement('div');
  sheet.style.position = 'fixed';
  sheet.style.left = '-10000px';
  sheet.append(fragment);
  place.append(sheet);
  const text = sheet.innerText;
  sheet.remove();
  return text;
}
