// Elements, and numbers as people read them. Texts are always set as text, never parsed as markup.

const SVG = 'http://www.w3.org/2000/svg';

// Creates an element. `properties` are attributes, except `on`, an object of listeners. Children are
// nodes or texts; those that are missing are left out.
export function el(name, properties = {}, ...children) {
  return fill(document.createElement(name), properties, children);
}

export function svg(name, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, name), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

export const hidden = (text) => el('span', { class: 'hidden' }, text);

// Tells screen readers of something that changed. The last of several messages within a second is read.
let pending;
export function announce(text) {
  clearTimeout(pending);
  pending = setTimeout(() => {
    document.getElementById('status').textContent = text;
  }, 300);
}

const WORDS = {
  running: ['running', 'is-live'],
  completed: ['complete', 'is-good'],
  complete: ['complete', 'is-good'],
  replied: ['replied', 'is-good'],
  partial: ['partial', 'is-fair'],
  interrupted: ['interrupted', 'is-fair'],
  cancelled: ['cancelled', 'is-plain'],
  not_sent: ['not sent', 'is-plain'],
  agent: ['agent', 'is-live'],
  pending: ['waiting', 'is-plain'],
};

// Returns a state in words and colour.
export function pill(state) {
  const [word, look] = WORDS[state] ?? [String(state).replaceAll('_', ' '), 'is-bad'];
  return el('span', { class: `pill ${look}` }, word);
}

// Returns the state of an execution: its outcome says more than its status.
export function stateOf({ status, outcome }) {
  if (status === 'running' || status === 'interrupted' || status === 'cancelled') return status;
  return outcome ?? status;
}

const count = new Intl.NumberFormat('en-US');
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

export const number = (value) => (value === undefined || value === null ? '–' : count.format(value));
export const compact = (value) => (value === undefined || value === null ? '–' : short.format(value).toLowerCase());
export const counted = (value, noun) => `${number(value)} ${noun}${value === 1 ? '' : 's'}`;

export function cost(dollars) {
  if (dollars === undefined || dollars === null) return 'unknown';
  if (dollars === 0) return '$0';
  if (dollars < 0.01) return `$${dollars.toFixed(dollars < 0.0001 ? 6 : 4)}`;
  return `$${dollars.toFixed(2)}`;
}

export function duration(milliseconds) {
  if (milliseconds === undefined || milliseconds === null) return '–';
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  const and = (value, unit) => (value === 0 ? '' : ` ${value} ${unit}`);
  if (minutes < 60) return `${minutes} min${and(Math.floor(seconds % 60), 's')}`;
  return `${Math.floor(minutes / 60)} h${and(minutes % 60, 'min')}`;
}

export function bytes(size) {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  let at = 0;
  while (size >= 1000 && at < units.length - 1) {
    size /= 1000;
    at += 1;
  }
  return `${at === 0 ? size : size.toFixed(size < 10 ? 1 : 0)} ${units[at]}`;
}

// Returns a time: today's as hours and minutes, others with their day.
export function time(milliseconds) {
  if (!milliseconds) return '–';
  const date = new Date(milliseconds);
  const clock = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (date.toDateString() === new Date().toDateString()) return clock;
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : 'numeric';
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year })}, ${clock}`;
}

// Returns a term and its value, for a list of facts.
export function fact(name, value, detail) {
  return el('div', {}, el('dt', {}, name), el('dd', {}, el('b', {}, value), detail && el('span', {}, detail)));
}

// Returns a box that says what went wrong and what to do.
export function problem(error) {
  const box = el('div', { class: 'state', role: 'alert' }, el('p', {}, error.message || String(error)));
  if (error.hint) box.append(el('p', { class: 'muted' }, error.hint));
  return box;
}

const CODE = /(#[^\n]*)|('''[^]*?'''|"""[^]*?"""|[frbu]*'(?:\\.|[^'\\\n])*'|[frbu]*"(?:\\.|[^"\\\n])*")|\b(False|None|True)\b|\b(and|as|assert|break|continue|def|del|elif|else|except|finally|for|from|if|import|in|is|lambda|not|or|pass|raise|return|try|while|with|yield)\b|\b(\d[\w.]*)\b|\b([A-Za-z_]\w*)(?=\()/g;
const CODE_CLASSES = ['comment', 'string', 'constant', 'keyword', 'number-literal', 'function'];

// Returns a program with its syntax in colours.
export function program(source) {
  const pre = el('pre', { class: 'program', tabindex: '0', 'aria-label': 'Program' });
  let from = 0;
  for (const match of source.matchAll(CODE)) {
    pre.append(source.slice(from, match.index));
    const kind = match.slice(1).findIndex((group) => group !== undefined);
    pre.append(el('span', { class: CODE_CLASSES[kind] }, match[0]));
    from = match.index + match[0].length;
  }
  pre.append(source.slice(from));
  return pre;
}
