// Sums over all runs: cost and tokens over time and by model, outcomes, and durations.

import { get } from './api.js';
import { compact, cost, counted, duration, el, fact, number, pill, svg } from './dom.js';

const DAY = 86_400_000;
// The most days in the charts.
const DAYS = 30;

export async function showStatistics(root, _, signal) {
  document.title = 'Statistics · rlm';
  root.append(el('h1', {}, 'Statistics'));
  const stats = await get('/api/stats', signal);
  root.append(el('dl', { class: 'facts' },
    fact('cost', cost(stats.cost_usd), stats.executions > 0 && stats.cost_usd !== null && `${cost(stats.cost_usd / stats.executions)} a run`),
    fact('tokens', compact(stats.total_tokens), `${compact(stats.input_tokens)} in, ${compact(stats.output_tokens)} out`),
    fact('runs', number(stats.executions), `${number(stats.active)} active`),
    fact('calls', number(stats.calls)),
    fact('sessions', number(stats.sessions)),
    fact('duration', duration(stats.duration_ms.p50), 'median')));
  if (stats.executions === 0) {
    root.append(el('p', { class: 'muted' }, 'No run yet.'));
    return;
  }
  const days = filled(stats.days);
  root.append(
    el('div', { class: 'halves' },
      chart('Cost by day', days, 'cost', (day) => day.cost_usd, cost),
      chart('Tokens by day', days, 'root', (day) => day.total_tokens, compact)),
    el('section', { 'aria-labelledby': 'models' }, el('h2', { id: 'models' }, 'Models'), models(stats)),
    el('div', { class: 'halves' },
      el('section', { 'aria-labelledby': 'outcomes' }, el('h2', { id: 'outcomes' }, 'Outcomes'), outcomes(stats)),
      el('section', { 'aria-labelledby': 'durations' }, el('h2', { id: 'durations' }, 'Durations'),
        el('div', { class: 'card' }, el('dl', { class: 'facts is-plain' },
          fact('median', duration(stats.duration_ms.p50)),
          fact('95th percentile', duration(stats.duration_ms.p95)),
          fact('99th percentile', duration(stats.duration_ms.p99)))))));
}

// Returns the last days, with those on which nothing ran.
function filled(days) {
  const byStart = new Map(days.map((day) => [day.start, day]));
  const last = Math.max(...byStart.keys());
  const first = Math.max(Math.min(...byStart.keys(), last - 6 * DAY), last - (DAYS - 1) * DAY);
  const all = [];
  for (let start = first; start <= last; start += DAY) {
    all.push(byStart.get(start) ?? { start, executions: 0, total_tokens: 0, cost_usd: 0 });
  }
  return all;
}

function chart(name, days, kind, value, text) {
  const most = Math.max(...days.map((day) => value(day) ?? 0), Number.MIN_VALUE);
  const date = (day) => new Date(day.start).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const id = name.replaceAll(' ', '-');
  const bars = days.map((day, at) => {
    const height = ((value(day) ?? 0) / most) * 96;
    return svg('rect', { x: at * 10 + 1, y: 100 - Math.max(height, 1), width: 8, height: Math.max(height, 1), class: height > 0 ? `bar-${kind}` : 'bar-line' },
      svg('title', {}, `${date(day)}: ${text(value(day))}`));
  });
  const busiest = days.reduce((a, b) => ((value(b) ?? 0) > (value(a) ?? 0) ? b : a));
  return el('section', { 'aria-labelledby': id },
    el('h2', { id }, name),
    el('div', { class: 'card' },
      el('p', { class: 'muted small' }, `at most ${text(value(busiest))} on ${date(busiest)}`),
      svg('svg', { class: 'chart', viewBox: `0 0 ${days.length * 10} 100`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `${name}: ${days.map((day) => `${date(day)} ${text(value(day))}`).join(', ')}` }, bars),
      el('p', { class: 'axis muted small', 'aria-hidden': 'true' }, el('span', {}, date(days[0])), el('span', {}, date(days.at(-1))))));
}

function models(stats) {
  const rows = Object.entries(stats.models).sort(([, a], [, b]) => (b.cost_usd ?? 0) - (a.cost_usd ?? 0));
  return el('div', { class: 'card wide', tabindex: '0', role: 'region', 'aria-label': 'Table of models' }, el('table', {},
    el('thead', {}, el('tr', {}, ['root model', 'runs', 'calls', 'input', 'output', 'cost'].map((name) => el('th', { scope: 'col' }, name)))),
    el('tbody', {}, rows.map(([model, sum]) => el('tr', {},
      el('th', { scope: 'row' }, model || 'unknown'),
      [number(sum.executions), number(sum.calls), compact(sum.input_tokens), compact(sum.output_tokens), cost(sum.cost_usd)].map((text) => el('td', {}, text)))))));
}

function outcomes(stats) {
  const all = Object.entries(stats.outcomes).sort(([, a], [, b]) => b - a);
  return el('div', { class: 'card' }, el('ul', { class: 'outcomes' }, all.map(([outcome, runs]) => {
    const share = runs / stats.executions;
    const meter = svg('svg', { viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, svg('rect', { width: share * 100, height: 8, class: outcome === 'complete' ? 'bar-sub' : 'bar-cached' }));
    return el('li', {}, pill(outcome), meter, el('span', { class: 'small' }, `${counted(runs, 'run')}, ${Math.round(share * 100)} %`));
  })));
}
