// Signing in, and what the key of the caller permits.

import { get, send, signedOut } from './api.js';
import { cost, el, fact, problem } from './dom.js';

export function showSignIn(root, done) {
  document.title = 'Sign in · rlm';
  const key = el('input', {
    id: 'key', name: 'key', type: 'password', autocomplete: 'current-password', required: true, spellcheck: 'false',
    placeholder: 'rlm_sk_…', 'aria-describedby': 'key-hint',
  });
  const errors = el('div', { 'aria-live': 'assertive' });
  const form = el('form', { class: 'card narrow', on: { submit } },
    el('h1', {}, 'Sign in'),
    // Password managers want a name.
    el('input', { type: 'text', name: 'user', autocomplete: 'username', value: 'rlm', hidden: true }),
    el('label', { for: 'key' }, 'API key'), key,
    el('p', { id: 'key-hint', class: 'muted small' }, 'rlm keys add --tenant NAME prints one. The browser keeps a cookie, not the key.'),
    errors,
    el('button', { class: 'primary' }, 'Sign in'));
  root.append(form);
  key.focus();

  async function submit(event) {
    event.preventDefault();
    try {
      await send('POST', '/ui/session', { key: key.value });
      done();
    } catch (error) {
      errors.replaceChildren(problem(error));
      key.select();
    }
  }
}

export async function showKey(root, _, signal) {
  document.title = 'Key · rlm';
  root.append(el('h1', {}, 'Key'));
  const me = await get('/api/me', signal);
  if (me.key === null) {
    root.append(el('p', { class: 'prose' },
      'This service has no API keys. It is reachable from this machine only, and everyone on it may ask.'));
    return;
  }
  root.append(el('dl', { class: 'facts' },
    fact('tenant', me.tenant),
    fact('key', me.key),
    fact('permits', me.scopes.map((scope) => ({ read: 'reading', run: 'asking', metrics: 'metrics' })[scope] ?? scope).join(', ')),
    fact('budget', me.budget ? `$${me.budget.replace('/', ' a ')}` : 'no limit', me.budget && `${cost(me.budget_left_usd)} left`)));
  root.append(el('button', { on: { click: signOut } }, 'Sign out'));

  async function signOut() {
    await send('DELETE', '/ui/session');
    signedOut.dispatchEvent(new Event('signed-out'));
  }
}
