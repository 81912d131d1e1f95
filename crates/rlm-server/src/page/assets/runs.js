// The list of runs.

import { get, pause } from './api.js';
import { announce, compact, cost, counted, duration, el, hidden, pill, problem, stateOf, time } from './dom.js';

const STATES = [
  ['', 'all states'], ['running', 'running'], ['complete', 'complete'], ['partial', 'partial'],
  ['failed', 'failed'], ['cancelled', 'cancelled'], ['interrupted', 'interrupted'],
];
// The time between two looks at the list while a run is active, and while none is.
const SOON = 1_500;
const LATER = 3_000;

export async function showRuns(root, _, signal) {
  document.title = 'Runs · rlm';
  const search = el('input', { type: 'search', placeholder: 'Search questions', 'aria-label': 'Search questions', on: { input: draw } });
  const state = el('select', { 'aria-label': 'State', on: { change: draw } },
    STATES.map(([value, name]) => el('option', { value }, name)));
  const list = el('ul', { class: 'runs', on: { keydown: move } });
  const found = el('p', { class: 'muted small', 'aria-live': 'polite' });
  root.append(
    el('div', { class: 'bar-top' }, el('h1', {}, 'Runs'), el('div', { class: 'filters' }, search, state)),
    found, list);
  let runs = [];
  let shownAs = '';
  addEventListener('keydown', first, { signal });

  while (!signal.aborted) {
    try {
      const body = await get('/api/executions', signal);
      runs = body.executions;
      draw();
    } catch (error) {
      if (signal.aborted || error.status === 401) return;
      list.replaceChildren(el('li', {}, problem(error)));
      shownAs = '';
    }
    const wait = runs.some((run) => run.status === 'running') ? SOON : LATER;
    await pause(wait, signal).catch(() => {});
    while (document.hidden && !signal.aborted) await pause(500, signal).catch(() => {});
  }

  function draw() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matching = runs.filter((run) => {
      const question = (run.user_query ?? '').toLowerCase();
      return words.every((word) => question.includes(word)) && (!state.value || kindOf(run) === state.value);
    });
    const known = JSON.stringify(matching);
    if (known === shownAs) return;
    shownAs = known;
    const active = document.activeElement?.closest?.('.runs a')?.hash;
    list.replaceChildren(...matching.map(row));
    if (active) [...list.querySelectorAll('a')].find((link) => link.hash === active)?.focus();
    found.textContent = runs.length === 0 ? 'No run yet. Ask a question in a session, or with rlm run.'
      : matching.length === runs.length ? `${counted(runs.length, 'run')}, newest first`
      : `${matching.length} of ${counted(runs.length, 'run')}`;
    if (words.length > 0) announce(found.textContent);
  }

  // Moves between runs with the arrow keys, or j and k.
  function move(event) {
    const by = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (!by) return;
    const links = [...list.querySelectorAll('a')];
    links[links.indexOf(document.activeElement) + by]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }

  // The first of these keys moves from anywhere to the list.
  function first(event) {
    const isFree = !event.target.matches('input, textarea, select') && !event.ctrlKey && !event.metaKey;
    if ((isFree && ['j', 'k', 'ArrowDown'].includes(event.key)) || (event.target === search && event.key === 'ArrowDown')) {
      if (list.contains(event.target)) return;
      list.querySelector('a')?.focus();
      event.preventDefault();
    }
  }
}

function kindOf(run) {
  const state = stateOf(run);
  return STATES.some(([value]) => value === state) ? state : 'failed';
}

function row(run) {
  const value = (name, text) => el('span', { class: `value ${name}` }, hidden(`${name}: `), text);
  return el('li', {}, el('a', { href: `#/runs/${encodeURIComponent(run.execution_id)}` },
    el('span', { class: 'of-state' }, pill(stateOf(run))),
    el('span', { class: 'of-question' }, run.user_query ?? 'waiting for its session'),
    value('started', time(run.started)),
    value('cost', cost(run.cost_usd)),
    value('tokens', `${compact(run.usage?.total_tokens)} tokens`),
    value('duration', duration(run.duration_ms))));
}
