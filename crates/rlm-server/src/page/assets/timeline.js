// The calls of a run over time: a bar for each call, in as many lanes as calls ran at once.

import { counted, duration, el, svg } from './dom.js';

const WIDTH = 1000;
const LANE = 7;
// More calls at once than this share lanes.
const LANES = 24;
const KINDS = [
  ['root', 'root model'], ['sub', 'sub-calls'], ['cached', 'from the cache'], ['bad', 'failed'], ['open', 'running'],
];

export class Timeline {
  constructor() {
    this.paths = KINDS.map(([kind]) => svg('path', { class: `bar-${kind}` }));
    this.drawing = svg('svg', { class: 'timeline', preserveAspectRatio: 'none', role: 'img' }, this.paths);
    this.ends = el('p', { class: 'axis muted small', 'aria-hidden': 'true' });
    this.key = el('ul', { class: 'key', 'aria-hidden': 'true' },
      KINDS.map(([kind, name]) => el('li', {}, el('span', { class: `cell is-${kind}` }), name)));
    this.element = el('section', { 'aria-labelledby': 'timeline' },
      el('h2', { id: 'timeline' }, 'Timeline'), el('div', { class: 'card' }, this.drawing, this.ends, this.key));
  }

  // Draws the calls again. Each kind is one path, since thousands of elements would be slow.
  draw(model) {
    const calls = [...model.calls.values()].filter((call) => call.start !== undefined && call.start !== null);
    // Journals may be without times.
    this.element.hidden = calls.length === 0;
    calls.sort((a, b) => a.start - b.start);
    const end = Math.max(model.now, 1);
    const free = [];
    const paths = Object.fromEntries(KINDS.map(([kind]) => [kind, []]));
    let most = 0;
    for (const call of calls) {
      const to = call.end ?? (call.isSettled ? call.start : end);
      let lane = free.findIndex((until) => until <= call.start);
      if (lane < 0) {
        lane = free.length < LANES ? free.length : free.indexOf(Math.min(...free));
      }
      free[lane] = to;
      most = Math.max(most, lane + 1);
      const kind = !call.isSettled ? 'open' : call.status !== 'replied' ? 'bad' : call.cached ? 'cached' : call.isRoot ? 'root' : 'sub';
      const x = (call.start / end) * WIDTH;
      const width = Math.max(((to - call.start) / end) * WIDTH - 0.4, 0.6);
      paths[kind].push(`M${x.toFixed(1)} ${lane * LANE}h${width.toFixed(1)}v${LANE - 2}h-${width.toFixed(1)}z`);
    }
    KINDS.forEach(([kind], at) => this.paths[at].setAttribute('d', paths[kind].join('')));
    const height = Math.max(most, 2) * LANE;
    this.drawing.setAttribute('viewBox', `0 0 ${WIDTH} ${height}`);
    this.drawing.style.height = `${Math.max(height, 24)}px`;
    this.drawing.setAttribute('aria-label', `${counted(calls.length, 'call')} over ${duration(end)}, at most ${most === LANES ? `${LANES} or more` : most} at once`);
    this.ends.replaceChildren(el('span', {}, '0 s'), el('span', {}, duration(end / 2)), el('span', {}, duration(end)));
    this.key.querySelectorAll('li').forEach((item, at) => item.toggleAttribute('hidden', paths[KINDS[at][0]].length === 0));
  }
}
