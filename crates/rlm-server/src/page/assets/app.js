// Chooses the view for the address, and handles keys that work everywhere.

import { signedOut } from './api.js';
import { el, problem } from './dom.js';
import { showKey, showSignIn } from './account.js';
import { showRun } from './run.js';
import { showRuns } from './runs.js';
import { showSessions } from './sessions.js';
import { showStatistics } from './statistics.js';

const VIEWS = { runs: showRuns, sessions: showSessions, statistics: showStatistics, key: showKey };
const main = document.getElementById('main');
let current = new AbortController();

addEventListener('hashchange', () => {
  if (location.hash === '#main') return;
  show();
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
});
signedOut.addEventListener('signed-out', () => {
  current.abort();
  current = new AbortController();
  showSignIn(replaced(), show);
});
addEventListener('keydown', (event) => {
  const isTyping = event.target.matches('input, textarea, select');
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '/' && !isTyping) {
    const search = document.querySelector('[type=search]');
    if (search) {
      event.preventDefault();
      search.focus();
    } else {
      location.hash = '#/runs';
    }
  } else if (event.key === 'Escape' && !event.defaultPrevented) {
    if (isTyping) event.target.blur();
    else if (location.hash.split('/').length > 2) location.hash = location.hash.split('/').slice(0, 2).join('/');
  }
});
show();

function show() {
  current.abort();
  current = new AbortController();
  const [, section = 'runs', id] = location.hash.split('/');
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#/${section}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const view = section === 'runs' && id ? showRun : (VIEWS[section] ?? showRuns);
  const [root, signal] = [replaced(), current.signal];
  Promise.resolve(view(root, id && decodeURIComponent(id), signal)).catch((error) => {
    if (!signal.aborted) root.append(problem(error));
  });
}

// Returns an empty root for a view. A view that is late writes into one that is no longer shown.
function replaced() {
  const root = el('div', { class: 'view' });
  main.replaceChildren(root);
  return root;
}
