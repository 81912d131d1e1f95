// The list of runs.

import { get, pause } from './api.js';
import { compact, cost, counted, duration, el, hidden, pill, problem, stateOf, time } from './dom.js';

const STATES = [
  ['', 'all states'], ['running', 'running'], ['completed', 'with an answer'], ['failed', 'failed'],
  ['cancelled', 'cancelled'], ['interrupted', 'interrupted'],
];
// The maximum number of runs in the list.
const MOST = 1_000;
// The time between two looks at the list while a run is active, and while none is.
const SOON = 1_500;
const LATER = 3_000;

export async function showRuns(root, _, signal) {
  document.title = 'Runs · rlm';
  const search = el('input', { type: 'search', placeholder: 'Search questions', 'aria-label': 'Search questions', on: { input: changed } });
  const state = el('select', { 'aria-label': 'State', on: { change: changed } },
    STATES.map(([value, name]) => el('option', { value }, name)));
  const list = el('ul', { class: 'runs', on: { keydown: move } });
  const found = el('p', { class: 'muted small', 'aria-live': 'polite' });
  root.append(
    el('div', { class: 'bar-top' }, el('h1', {}, 'Runs'), el('div', { class: 'filters' }, search, state)),
    found, list);
  const older = el('button', { hidden: true, on: { click: more } }, 'Older runs');
  root.append(older);
  let runs = [];
  let shown = 100;
  let shownAs = '';
  let typing;
  addEventListener('keydown', first, { signal });

  while (!signal.aborted) {
    if (!document.hidden) await load();
    const wait = runs.some((run) => run.status === 'running') ? SOON : LATER;
    await pause(wait, signal).catch(() => {});
  }

  function changed() {
    clearTimeout(typing);
    typing = setTimeout(load, 150);
  }

  function more() {
    shown = Math.min(shown + 100, MOST);
    return load();
  }

  async function load() {
    const query = new URLSearchParams({ limit: shown });
    if (search.value.trim()) query.set('search', search.value.trim());
    if (state.value) query.set('status', state.value);
    try {
      const body = await get(`/v1/runs?${query}`, signal);
      // An answer to an earlier search may be late.
      if (query.get('search') !== (search.value.trim() || null) || (query.get('status') ?? '') !== state.value) return;
      runs = body.data;
      older.hidden = !body.has_more || shown === MOST;
      draw(body.has_more);
    } catch (error) {
      if (signal.aborted || error.status === 401) return;
      list.replaceChildren(el('li', {}, problem(error)));
      shownAs = '';
    }
  }

  function draw(hasMore) {
    const isFiltered = search.value.trim() !== '' || state.value !== '';
    const known = JSON.stringify([runs, isFiltered]);
    if (known === shownAs) return;
    shownAs = known;
    const active = document.activeElement?.closest?.('.runs a')?.hash;
    list.replaceChildren(...runs.map(row));
    if (active) [...list.querySelectorAll('a')].find((link) => link.hash === active)?.focus();
    const count = `${hasMore ? 'the newest ' : ''}${counted(runs.length, 'run')}`;
    found.textContent = isFiltered ? `${count} found` : runs.length === 0 ? 'No run yet. Ask a question in a session, or with rlm run.' : `${count}, newest first`;
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

function row(run) {
  const value = (name, text) => el('span', { class: `value ${name}` }, hidden(`${name}: `), text);
  return el('li', {}, el('a', { href: `#/runs/${encodeURIComponent(run.id)}` },
    el('span', { class: 'of-state' }, pill(stateOf(run))),
    el('span', { class: 'of-question' }, run.question ?? 'waiting for its session'),
    value('started', time(run.created)),
    value('cost', cost(run.cost_usd)),
    value('tokens', `${compact(run.usage?.total_tokens)} tokens`),
    value('duration', duration(run.duration_ms))));
}
