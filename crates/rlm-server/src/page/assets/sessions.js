// Sessions: questions about a text, asked one after another.

import { answer } from './answer.js';
import { events, get, send } from './api.js';
import { announce, cost, counted, el, pill, problem, stateOf, time } from './dom.js';
import { RunModel } from './model.js';

export async function showSessions(root, id, signal) {
  document.title = 'Sessions · rlm';
  const { sessions } = await get('/api/sessions', signal);
  sessions.sort((a, b) => b.created - a.created);
  const list = el('nav', { class: 'session-list', 'aria-label': 'Sessions of this tenant' },
    el('a', { class: 'new', href: '#/sessions/new', 'aria-current': id === 'new' && 'page' }, 'New session'),
    sessions.map((session) => el('a', { href: `#/sessions/${encodeURIComponent(session.session_id)}`, 'aria-current': id === session.session_id && 'page' },
      el('b', {}, session.name || 'without a name'),
      el('span', { class: 'muted small' }, `${counted(session.executions.length, 'question')} · ${time(session.created)}`))));
  const content = el('div', { class: 'session' });
  root.append(el('div', { class: `sessions ${id ? 'has-session' : ''}` }, list, content));
  if (id === 'new' || (!id && sessions.length === 0)) await showNew(content, signal);
  else if (id) await new Chat(content, id, signal).show();
  else content.append(el('h1', {}, 'Sessions'), el('p', { class: 'muted' }, 'A session is a conversation about a text. Choose one, or create a new one.'));
}

async function showNew(content, signal) {
  const { max_context_chars: most } = await get('/api/me', signal);
  const name = el('input', { id: 'session-name', name: 'name', maxlength: '200', autocomplete: 'off' });
  const files = el('input', { id: 'session-files', type: 'file', multiple: true });
  const text = el('textarea', { id: 'session-text', rows: '8', spellcheck: 'false' });
  const budget = el('input', { id: 'session-budget', type: 'number', min: '0', step: '0.01', inputmode: 'decimal' });
  const errors = el('div', { 'aria-live': 'assertive' });
  const submit = el('button', { class: 'primary' }, 'Create session');
  content.append(el('form', { class: 'fields', on: { submit: create } },
    el('h1', {}, 'New session'),
    el('label', { for: 'session-name' }, 'Name'), name,
    el('label', { for: 'session-files' }, 'Files'), files,
    el('label', { for: 'session-text' }, 'Text'), text,
    el('p', { class: 'muted small' }, `A text has up to ${most.toLocaleString('en-US')} characters. Files may be larger, and PDF, DOCX, HTML, archives and others.`),
    el('label', { for: 'session-budget' }, 'Most that all questions may cost, in dollars'), budget,
    errors, submit));

  async function create(event) {
    event.preventDefault();
    submit.disabled = true;
    try {
      const session = await send('POST', '/v1/sessions', {
        name: name.value || files.files[0]?.name || 'without a name',
        max_cost: budget.value === '' ? undefined : Number(budget.value),
        ...await documents(),
      });
      location.hash = `#/sessions/${encodeURIComponent(session.id)}`;
    } catch (error) {
      errors.replaceChildren(problem(error));
      submit.disabled = false;
    }
  }

  // Returns the context of the session: a text, or a context of uploaded files, of which a text may be one.
  async function documents() {
    if (files.files.length === 0) return { text: text.value };
    const form = new FormData();
    for (const file of files.files) form.append('file', file);
    if (text.value) form.append('file', new Blob([text.value], { type: 'text/plain' }), 'text.txt');
    return { context: (await send('POST', '/v1/contexts', form)).id };
  }
}

class Chat {
  constructor(root, id, signal) {
    Object.assign(this, { root, id, signal });
  }

  async show() {
    const session = await get(`/api/sessions/${encodeURIComponent(this.id)}`, this.signal);
    document.title = `${session.name || 'Session'} · rlm`;
    this.spent = el('p', { class: 'muted small' });
    this.log = el('ol', { class: 'chat', 'aria-label': 'Questions and answers' });
    this.errors = el('div', { 'aria-live': 'assertive' });
    this.input = el('textarea', { id: 'question', rows: '2', placeholder: 'Ask about the text', 'aria-label': 'Question', on: { keydown: (event) => this.key(event) } });
    this.button = el('button', { class: 'primary' }, 'Ask');
    this.root.append(
      el('div', { class: 'bar-top' }, el('div', {}, el('h1', {}, session.name || 'without a name'), this.spent),
        el('button', { on: { click: () => this.remove() } }, 'Delete')),
      this.log, this.errors,
      el('form', { class: 'composer', on: { submit: (event) => this.ask(event) } }, this.input, this.button));
    this.drawSpent(session);
    const runs = await Promise.all(session.executions.map((run) => this.load(run)));
    for (const run of runs.filter(Boolean)) this.add(run);
    this.input.focus({ preventScroll: runs.length === 0 });
    this.log.lastElementChild?.scrollIntoView({ block: 'nearest' });
  }

  load(run) {
    return get(`/ui/runs/${encodeURIComponent(run)}`, this.signal).catch((error) => {
      if (error.status !== 404) throw error;
    });
  }

  drawSpent({ spent, max_cost_usd: most }) {
    this.spent.textContent = `${cost(spent.cost_usd)} spent${most === null ? '' : ` of ${cost(most)}`}`;
  }

  // Adds a run to the conversation, and follows it if it is active.
  add(run) {
    const body = el('div', { class: 'reply' });
    const item = el('li', {}, el('p', { class: 'asked' }, run.user_query), body);
    this.log.append(item);
    if (run.status === 'running') this.follow(run, body);
    else this.drawReply(run, body);
    return item;
  }

  drawReply(run, body) {
    const state = stateOf(run);
    const took = [`${counted(run.steps ?? 0, 'step')}`, counted(run.calls ?? 0, 'call'), cost(run.cost_usd)].join(' · ');
    body.replaceChildren(...[
      run.result ? answer(run.answer, run.result) : el('p', { class: 'muted' }, run.error?.message ?? 'No answer.'),
      el('p', { class: 'muted small took' }, state !== 'complete' && pill(state), el('a', { href: `#/runs/${encodeURIComponent(run.execution_id)}` }, took)),
    ]);
  }

  async follow(run, body) {
    const model = new RunModel();
    const steps = el('ol', { class: 'live-steps' });
    const link = el('a', { href: `#/runs/${encodeURIComponent(run.execution_id)}` }, 'Details');
    const cancel = el('button', { on: { click: () => send('DELETE', `/api/executions/${encodeURIComponent(run.execution_id)}`).catch((error) => this.errors.replaceChildren(problem(error))) } }, 'Cancel');
    body.replaceChildren(steps, el('p', { class: 'took small' }, pill('running'), link, cancel));
    try {
      for await (const event of events(run.execution_id, 0, this.signal)) {
        model.apply(event);
        steps.replaceChildren(...[...model.root.steps.values()].map(step));
      }
      const ended = await this.load(run.execution_id);
      this.drawReply(ended, body);
      body.scrollIntoView({ block: 'nearest' });
      announce(ended.result ? `Answer: ${ended.result}` : 'The run ended without an answer.');
      this.drawSpent(await get(`/api/sessions/${encodeURIComponent(this.id)}`, this.signal));
    } catch (error) {
      if (!this.signal.aborted) body.append(problem(error));
    }
  }

  key(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  }

  async ask(event) {
    event.preventDefault();
    const question = this.input.value.trim();
    if (question === '' || this.button.disabled) return;
    this.button.disabled = true;
    this.errors.replaceChildren();
    try {
      const run = await send('POST', '/api/execute', { session_id: this.id, user_query: question, background: true });
      this.input.value = '';
      const item = this.add({ ...run, user_query: question });
      item.scrollIntoView({ block: 'nearest' });
    } catch (error) {
      this.errors.replaceChildren(problem(error));
    }
    this.button.disabled = false;
    this.input.focus();
  }

  async remove() {
    if (!confirm('Delete this session? Its runs are kept.')) return;
    try {
      await send('DELETE', `/api/sessions/${encodeURIComponent(this.id)}`);
      location.hash = '#/sessions';
    } catch (error) {
      this.errors.replaceChildren(problem(error));
    }
  }
}

// Returns a step of a run that is active, in one line.
function step({ number, code, groups, isRun, error }) {
  const calls = [...groups.values()].filter((group) => group.ordinal > 0);
  const all = calls.reduce((sum, group) => sum + group.calls.length, 0);
  const done = calls.reduce((sum, group) => sum + group.done, 0);
  const state = error ?? (all > 0 ? `${done} of ${counted(all, 'call')}` : isRun ? 'done' : code ? 'runs its program' : 'writes a program');
  return el('li', {}, el('b', {}, `Step ${number}`), el('span', { class: 'muted' }, state),
    code && el('code', {}, code.trim().split('\n', 1)[0].slice(0, 120)));
}
