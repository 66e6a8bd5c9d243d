/** Generated parts of written documents. */

/**
 * Puts `text` between the lines `<!-- name: start -->` and `<!-- name: end -->` of a document.
 * @throws Error when the document lacks them.
 */
export function replaceBlock(document: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name}: start -->`, `<!-- ${name}: end -->`];
  const from = document.indexOf(start);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new Error(`document has no ${start} … ${end} → add both lines`);
  return `${document.slice(0, from + start.length)}\n\n${text}\n\n${document.slice(to)}`;
}
