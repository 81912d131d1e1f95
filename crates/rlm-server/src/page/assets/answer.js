// An answer with the passages that it cites beside it.

import { el } from './dom.js';

// An answer of at most so many characters is shown large.
const SHORT = 60;

let groups = 0;

// Returns an answer from its pieces. `whole` is shown if there are none.
export function answer(pieces, whole) {
  const shown = pieces?.length ? pieces : [{ text: whole ?? '' }];
  const group = (groups += 1);
  const passages = shown.filter((piece) => piece.passage);
  const id = (number) => `source-${group}-${number}`;
  const link = (text, number, isLast) => el('a', { class: 'cited', href: `#${id(number)}`, on: { click: (event) => go(event, id(number)) } },
    text, isLast && el('b', { 'aria-label': `source ${number}` }, String(number)));
  const text = shown.map((piece) => piece.text).join('');
  const isShort = text.length <= SHORT && !text.includes('\n');
  return el('div', { class: passages.length > 0 ? 'hero has-source' : 'hero' },
    el('div', { class: `answer ${isShort ? 'is-short' : ''}` }, blocks(lines(shown), link)),
    passages.length > 0 && el('aside', { 'aria-label': 'Sources of the answer' },
      passages.every((piece) => piece.passage.words === null) && el('p', { class: 'muted small' }, 'The text of the documents is not available here.'),
      el('ol', { class: 'passages', tabindex: '0', 'aria-label': 'Cited passages' },
        passages.map((piece, at) => source(piece.passage, id(at + 1), at + 1)))));
}

// Returns the lines of an answer, each as segments: `{text, number, isLast}`, where `number` is that
// of the source that the segment cites, if any.
function lines(pieces) {
  const all = [[]];
  let cited = 0;
  for (const piece of pieces) {
    if (piece.passage) cited += 1;
    const parts = piece.text.split('\n');
    parts.forEach((text, at) => {
      if (at > 0) all.push([]);
      if (text) all.at(-1).push({ text, number: piece.passage ? cited : undefined, isLast: at === parts.length - 1 });
    });
  }
  return all;
}

// Returns the elements of an answer. Of Markdown they know what models write most: paragraphs,
// headings, lists, quotes, code and bold words. Everything else stays as it was written.
function blocks(lines, link) {
  const all = [];
  let open = null;
  let isCode = false;
  for (const line of lines) {
    const text = line.map((segment) => segment.text).join('');
    if (text.trimStart().startsWith('```')) {
      isCode = !isCode;
      open = isCode ? el('pre', { class: 'output' }) : null;
      if (open) all.push(open);
      continue;
    }
    if (isCode) {
      open.append(...(open.hasChildNodes() ? ['\n'] : []), ...segments(line, link, true));
      continue;
    }
    const [mark, , bullet, heading, quote] = text.match(/^(\s*([-*]|\d+[.)]) +|(#{1,6} +)|(> ?))/) ?? [''];
    const rest = segments(without(line, mark.length), link);
    if (text.trim() === '') {
      open = null;
    } else if (bullet) {
      const name = bullet.length > 1 ? 'ol' : 'ul';
      if (all.at(-1)?.localName !== name) all.push(el(name, name === 'ol' ? { start: parseInt(bullet, 10) } : {}));
      open = all.at(-1).appendChild(el('li', {}, rest));
    } else if (heading) {
      all.push(el('p', {}, el('strong', {}, rest)));
      open = null;
    } else if (open && !quote) {
      open.append('\n', ...rest);
    } else {
      open = el(quote ? 'blockquote' : 'p', {}, rest);
      all.push(open);
      if (quote) open = null;
    }
  }
  return all;
}

function without(line, count) {
  const [first, ...rest] = line;
  return first && count > 0 ? [{ ...first, text: first.text.slice(count) }, ...rest] : line;
}

// Returns the nodes of a line. Bold words may hold cited ones.
function segments(line, link, isPlain = false) {
  const text = line.map((segment) => segment.text).join('');
  const hasBold = !isPlain && /\*\*\S/.test(text) && text.split('**').length % 2 === 1;
  let isBold = false;
  return line.flatMap(({ text, number, isLast }) => text.split(isPlain ? /$^/ : /(\*\*|`[^`]+`)/).map((part, at, parts) => {
    if (part === '') return null;
    if (part === '**' && hasBold) {
      isBold = !isBold;
      return null;
    }
    const isCode = at % 2 === 1 && part !== '**';
    const inner = isCode ? el('code', {}, part.slice(1, -1)) : part;
    const node = number ? link(inner, number, isLast && at === parts.length - 1) : inner;
    return isBold ? el('strong', {}, node) : node;
  })).filter((node) => node !== null);
}

function source(passage, id, number) {
  const place = passage.line ? `${passage.place}, line ${passage.line}` : passage.place;
  return el('li', { id, tabindex: '-1' },
    el('p', { class: 'eyebrow' }, el('span', { class: 'number', 'aria-hidden': 'true' }, String(number)), place),
    passage.words !== null
      && el('blockquote', { class: 'passage' }, passage.before.trimStart(), el('mark', {}, passage.words), passage.after.trimEnd()));
}

// The address belongs to the views, so the passage is scrolled to instead.
function go(event, id) {
  event.preventDefault();
  const target = document.getElementById(id);
  target.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  target.focus({ preventScroll: true });
}
