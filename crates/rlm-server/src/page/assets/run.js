// One run: its answer, what it took, its calls over time, and its tree, live while it runs.

import { events, get, send } from './api.js';
import { answer } from './answer.js';
import { announce, bytes, compact, cost, counted, duration, el, fact, number, pill, problem, program, stateOf, svg, time } from './dom.js';
import { RunModel } from './model.js';
import { Rows } from './rows.js';
import { Timeline } from './timeline.js';

// The characters of prompts and replies in rows. The panel beside the tree loads the whole.
const ROW_CHARS = 160;
// The milliseconds between two drawings of the tree, and of the timeline, while events arrive.
const TREE_EVERY = 120;
const TIMELINE_EVERY = 600;
// The milliseconds between two announcements of the progress.
const ANNOUNCE_EVERY = 10_000;

export async function showRun(root, id, signal) {
  document.title = 'Run · rlm';
  const [run, model] = await Promise.all([get(`/ui/runs/${encodeURIComponent(id)}`, signal), load(id, signal)]);
  const view = new RunView(root, id, run, model, signal);
  if (run.status === 'running') await view.follow();
}

async function load(id, signal) {
  const model = new RunModel();
  try {
    model.addTree(await get(`/api/executions/${encodeURIComponent(id)}/tree?max_chars=${ROW_CHARS}`, signal));
  } catch (error) {
    // The journal of a run that waits for its session has no line yet.
    if (error.status !== 404) throw error;
  }
  return model;
}

class RunView {
  constructor(root, id, run, model, signal) {
    Object.assign(this, { id, run, model, signal, opened: new Map(), follows: run.status === 'running' });
    this.began = performance.now() - (run.started ? Date.now() - run.started : 0);
    this.head = el('div', { class: 'run-head' });
    this.actions = el('div', { class: 'actions' });
    this.errors = el('div', { 'aria-live': 'assertive' });
    this.progress = el('p', { class: 'progress' });
    this.outcome = el('section', { 'aria-label': 'Answer' });
    this.facts = el('dl', { class: 'facts' });
    this.timeline = new Timeline();
    this.rows = new Rows({
      label: 'Steps and calls of the run',
      draw: (slot, row) => drawRow(slot, row, this.model),
      onSelect: (item, isChosen) => this.select(item, isChosen),
      onToggle: (item) => this.toggle(item),
    });
    this.detail = el('div', { class: 'detail', tabindex: '-1', role: 'region', 'aria-label': 'Details', on: { keydown: (event) => this.leave(event) } });
    this.documents = el('section', { 'aria-labelledby': 'documents' });
    root.append(
      el('div', { class: 'bar-top run-top' }, this.head, this.actions), this.errors, this.progress, this.facts, this.outcome,
      el('section', { 'aria-labelledby': 'steps' },
        el('h2', { id: 'steps' }, 'Steps and calls'),
        el('div', { class: 'split' }, this.rows.element, this.detail)),
      this.timeline.element,
      this.documents);
    addEventListener('keydown', (event) => this.enterTree(event), { signal });
    this.draw();
    this.drawTree();
    this.timeline.draw(model);
    if (!this.follows) this.showFirst();
  }

  // Follows the events of the run to its end.
  async follow() {
    let announced = 0;
    const tick = setInterval(() => this.drawProgress(), 250);
    this.signal.addEventListener('abort', () => clearInterval(tick));
    const onState = (isConnected) => this.progress.classList.toggle('is-lost', !isConnected);
    for await (const event of events(this.id, this.model.lastEvent, this.signal, onState)) {
      this.model.apply(event);
      this.drawSoon();
      if (performance.now() - announced > ANNOUNCE_EVERY) {
        announced = performance.now();
        announce(this.summary());
      }
    }
    clearInterval(tick);
    this.run = await get(`/ui/runs/${encodeURIComponent(this.id)}`, this.signal);
    announce(`The run has ended: ${stateOf(this.run)}. ${this.run.result ?? this.run.error?.message ?? ''}`);
    this.draw();
    this.drawTree();
    this.timeline.draw(this.model);
  }

  drawSoon() {
    if (!this.treeTimer) {
      this.treeTimer = setTimeout(() => {
        this.treeTimer = undefined;
        if (!this.signal.aborted) this.drawTree();
      }, TREE_EVERY);
    }
    if (!this.timelineTimer) {
      this.timelineTimer = setTimeout(() => {
        this.timelineTimer = undefined;
        if (!this.signal.aborted) this.timeline.draw(this.model);
      }, TIMELINE_EVERY);
    }
  }

  // Draws everything that changes only when the run starts or ends.
  draw() {
    const { run } = this;
    const question = run.user_query ?? this.model.question ?? 'Waiting for its session';
    document.title = `${question.slice(0, 60)} · rlm`;
    this.head.replaceChildren(
      el('p', { class: 'eyebrow' }, pill(stateOf(run)), ` ${time(run.started)}`, run.models?.length ? ` · ${[...new Set(run.models)].join(', ')}` : ''),
      el('h1', {}, question));
    this.drawActions();
    this.outcome.replaceChildren(...this.outcomeParts());
    this.drawProgress();
    this.drawDocuments();
  }

  outcomeParts() {
    const { run } = this;
    const parts = [];
    const state = stateOf(run);
    if (run.status !== 'running' && state !== 'complete') {
      const text = run.error?.message ?? (run.status === 'interrupted' ? 'The process ended before the run did.' : `The run ended: ${state}.`);
      parts.push(el('div', { class: `state ${run.result ? 'is-fair' : ''}` }, el('p', {}, text)));
    }
    if (run.result) parts.push(answer(run.answer, run.result));
    return parts;
  }

  drawActions() {
    const button = (name, action, look = '') => el('button', { class: look, on: { click: () => this.act(action) } }, name);
    const actions = [];
    if (this.run.status === 'running') {
      actions.push(button('Cancel', () => this.post('cancel'), 'danger'));
    } else {
      if (stateOf(this.run) !== 'complete') actions.push(button('Resume', () => this.resume(), 'primary'));
      actions.push(el('a', { class: 'button', href: `/v1/runs/${encodeURIComponent(this.id)}/report` }, 'Report'));
    }
    this.actions.replaceChildren(...actions);
  }

  post(action, body) {
    return send('POST', `/v1/runs/${encodeURIComponent(this.id)}/${action}`, body);
  }

  async resume() {
    await this.post('resume', {});
    dispatchEvent(new HashChangeEvent('hashchange'));
  }

  // Starts a run that shares the steps before one of this run.
  async fork(step) {
    const { id } = await this.post('fork', { at: step.number });
    location.hash = `#/runs/${encodeURIComponent(id)}`;
  }

  async act(action) {
    this.errors.replaceChildren();
    for (const button of this.actions.querySelectorAll('button')) button.disabled = true;
    try {
      await action();
    } catch (error) {
      this.errors.replaceChildren(problem(error));
      this.drawActions();
    }
  }

  drawProgress() {
    const isLive = this.run.status === 'running';
    this.progress.hidden = !isLive;
    if (isLive) this.progress.textContent = this.summary();
    const { run, model } = this;
    const took = isLive ? { cost: model.totals.cost, calls: model.totals.calls, steps: model.totals.steps } : { cost: run.cost_usd, calls: run.calls, steps: run.steps };
    const input = isLive ? model.totals.input : run.usage?.input_tokens;
    const output = isLive ? model.totals.output : run.usage?.output_tokens;
    const limit = (value, text) => (value === undefined || value === null ? 'no limit' : `of ${text(value)}`);
    const covered = (run.documents ?? []).reduce((sum, document) => sum + document.covered, 0);
    const size = (run.documents ?? []).reduce((sum, document) => sum + document.bytes, 0);
    const most = typeof run.limits?.cost === 'number' ? run.limits.cost / 1e6 : run.limits?.cost;
    const facts = [
      fact('cost', cost(took.cost), limit(most, (value) => cost(Number(value)))),
      fact('tokens', compact((input ?? 0) + (output ?? 0)), `${compact(input)} in, ${compact(output)} out`),
      fact('calls', number(took.calls), model.totals.failed > 0 ? `${number(model.totals.failed)} failed` : model.totals.cached > 0 ? `${number(model.totals.cached)} from the cache` : 'none failed'),
      fact('steps', number(took.steps), limit(run.limits?.steps, number)),
      fact('duration', duration(isLive ? performance.now() - this.began : run.duration_ms), limit(run.limits?.seconds, (value) => duration(value * 1000))),
    ];
    if (size > 0) facts.push(fact('read', `${Math.round((covered / size) * 100)} %`, `of ${bytes(size)}`));
    this.facts.replaceChildren(...facts);
  }

  // Returns the progress in one line.
  summary() {
    const { totals, root } = this.model;
    const step = [...root.steps.keys()].at(-1);
    if (step === undefined) return 'Waiting for the first step.';
    const open = totals.calls - totals.done;
    const calls = totals.calls > 1 ? `, ${number(totals.done)} of ${counted(totals.calls, 'call')} done` : '';
    return `Step ${step}${calls}${open > 0 ? `, ${number(open)} running` : ''}.`;
  }

  drawTree() {
    this.rows.set(this.model.rows((item) => this.isOpen(item)));
    if (this.follows) {
      const step = [...this.model.root.steps.values()].at(-1);
      if (step) {
        this.rows.selected = step;
        this.rows.refresh();
        this.drawDetail(step);
      }
    }
  }

  // Steps are open at first; batches and agents below are closed.
  isOpen(item) {
    return this.opened.get(item.id) ?? item.kind === 'step';
  }

  toggle(item) {
    this.opened.set(item.id, !this.isOpen(item));
    this.drawTree();
  }

  showFirst() {
    const step = [...this.model.root.steps.values()].at(-1);
    if (!step) return;
    this.rows.selected = step;
    this.rows.refresh();
    this.drawDetail(step);
  }

  select(item, isChosen) {
    this.follows = false;
    this.drawDetail(item);
    if (isChosen) {
      this.detail.scrollIntoView({ block: 'nearest' });
      this.detail.focus({ preventScroll: true });
    }
  }

  drawDetail(item) {
    // What has not changed is not drawn again, so that a selection of text in it stays.
    const state = JSON.stringify([item.id, this.run.status, item.code?.length, item.stdout?.length, item.error, item.status, item.done, item.calls?.length]);
    if (state === this.detailState) return;
    this.detailState = state;
    const parts = { step: stepDetail, group: groupDetail, call: callDetail }[item.kind](item);
    this.detail.replaceChildren(...parts);
    if (item.kind === 'step' && item.agent.id === '' && this.run.status !== 'running') {
      this.detail.append(el('button', { on: { click: () => this.act(() => this.fork(item)) } }, 'Fork from here'),
        el('span', { class: 'muted small beside' }, 'starts a run that shares the steps before this one'));
    }
    if (item.kind === 'call') this.loadCall(item);
  }

  // Replaces the beginning of a call's texts by the whole.
  async loadCall(call) {
    try {
      const whole = await get(`/ui/runs/${encodeURIComponent(this.id)}/calls/${call.id}`, this.signal);
      if (this.rows.selected === call) this.detail.replaceChildren(...callDetail({ ...call, prompt: whole.prompt, reply: whole.reply ?? call.reply }));
    } catch (error) {
      if (!this.signal.aborted && this.rows.selected === call) this.detail.append(problem(error));
    }
  }

  leave(event) {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    this.rows.element.focus();
  }

  // The keys of the tree work from anywhere that has no use for them.
  enterTree(event) {
    const isFree = event.target === document.body || event.target.matches('main');
    if (isFree && ['j', 'k'].includes(event.key)) {
      this.rows.element.focus();
      this.rows.key(event);
    }
  }

  drawDocuments() {
    const { documents = [], document_count: count = 0 } = this.run;
    this.documents.replaceChildren();
    if (documents.length === 0) return;
    const more = count - documents.length;
    this.documents.append(
      el('h2', { id: 'documents' }, 'Documents'),
      el('div', { class: 'card' },
        el('ul', { class: 'documents' }, documents.map(strip)),
        more > 0 && el('p', { class: 'muted small' }, `and ${counted(more, 'more document')}`),
        el('ul', { class: 'key', 'aria-hidden': 'true' },
          el('li', {}, el('span', { class: 'cell is-root' }), 'read by models'),
          el('li', {}, el('span', { class: 'cell is-sub' }), 'read by programs'))));
  }
}

// Returns a document with the parts of it that were read.
function strip(source) {
  const share = source.bytes > 0 ? Math.round((source.covered / source.bytes) * 100) : 0;
  const bars = (cells, y, kind) => cells.map(([from, to]) => svg('rect', { x: from, y, width: to - from, height: 5, class: `bar-${kind}` }));
  return el('li', {},
    el('span', { class: 'name' }, source.name),
    svg('svg', { viewBox: '0 0 120 12', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, bars(source.read, 0, 'root'), bars(source.scanned, 7, 'sub')),
    el('span', { class: 'muted small' }, `${share} % of ${bytes(source.bytes)}`));
}

function drawRow(slot, { item, hasChildren, isOpen }, model) {
  if (!slot.firstChild) {
    slot.append(...['twist', 'label', 'text', 'note', 'time'].map((name) => el('span', { class: name })));
  }
  const [twist, label, text, note, took] = slot.children;
  twist.textContent = hasChildren ? (isOpen ? '▾' : '▸') : '';
  const shown = { step: stepRow, group: groupRow, call: callRow }[item.kind](item, model);
  label.textContent = shown.label;
  text.textContent = shown.text;
  note.textContent = shown.note;
  note.className = `note ${shown.look}`;
  took.textContent = shown.time;
}

function stepRow(step, model) {
  const isLast = [...step.agent.steps.keys()].at(-1) === step.number;
  const isLive = isLast && step.agent.status === 'running' && !model.ended;
  const [note, look] = step.rejected ? ['rejected', 'bad'] : step.error ? ['error', 'bad'] : isLive ? ['running', 'live'] : ['', ''];
  return { label: `Step ${step.number}`, text: firstLine(step.code), note, look, time: step.duration ? duration(step.duration) : '' };
}

function groupRow({ calls, done, failed }) {
  const open = calls.length - done;
  const text = open > 0 ? `${number(done)} done` : firstLine(calls[0].prompt);
  const [note, look] = failed > 0 ? [`${number(failed)} failed`, 'bad'] : open > 0 ? [`${number(open)} running`, 'live'] : ['', ''];
  return { label: counted(calls.length, 'call'), text, note, look, time: '' };
}

function callRow(call) {
  const text = call.isSettled && call.status === 'replied' ? `${firstLine(call.prompt)} → ${firstLine(call.reply)}` : call.error ?? firstLine(call.prompt);
  const [note, look] = !call.isSettled ? [call.status, 'live'] : call.status !== 'replied' ? [call.status.replace('_', ' '), 'bad'] : [call.cached ? 'cached' : '', ''];
  const took = call.end === undefined || call.start == null ? '' : duration(call.end - call.start);
  return { label: position(call), text, note, look, time: took };
}

const position = (call) => call.id.slice(call.id.lastIndexOf('/') + 1);
const firstLine = (text) => (text ?? '').trimStart().split('\n', 1)[0].slice(0, ROW_CHARS);

function stepDetail(step) {
  const root = step.groups.get(0)?.calls[0];
  return [
    el('h3', {}, `Step ${step.number}`),
    root?.model && el('p', { class: 'muted small' }, took(root)),
    step.code === undefined || step.code === null ? el('p', { class: 'muted' }, 'The model writes its program.') : program(step.code),
    step.rejected && el('p', { class: 'problem' }, 'The program was rejected before it ran.'),
    step.stdout && [el('h4', {}, 'Output'), el('pre', { class: 'output', tabindex: '0', 'aria-label': 'Output' }, step.stdout)],
    step.error && el('p', { class: 'problem' }, step.error),
  ].flat().filter(Boolean);
}

function groupDetail(group) {
  const settled = group.calls.filter((call) => call.isSettled);
  const sum = (name) => settled.reduce((all, call) => all + (call[name] ?? 0), 0);
  return [
    el('h3', {}, `${counted(group.calls.length, 'call')} of step ${group.step.number}`),
    el('dl', { class: 'facts is-narrow' },
      fact('done', number(group.done), group.failed > 0 ? `${number(group.failed)} failed` : 'none failed'),
      fact('from the cache', number(settled.filter((call) => call.cached).length)),
      fact('tokens', compact(sum('input') + sum('output'))),
      fact('cost', settled.some((call) => call.cost === null) ? 'unknown' : cost(sum('cost')))),
    el('p', { class: 'muted small' }, 'Space or → opens the calls.'),
  ];
}

function callDetail(call) {
  return [
    el('h3', {}, `Call ${position(call)}`),
    el('p', { class: 'muted small' }, took(call)),
    el('h4', {}, 'Prompt'), el('pre', { class: 'output', tabindex: '0', 'aria-label': 'Prompt' }, call.prompt ?? ''),
    call.error && el('p', { class: 'problem' }, call.error),
    call.reply && [el('h4', {}, 'Reply'), el('pre', { class: 'output', tabindex: '0', 'aria-label': 'Reply' }, call.reply)],
  ].flat().filter(Boolean);
}

function took(call) {
  const time = call.end === undefined || call.start == null ? undefined : duration(call.end - call.start);
  return [call.model, time, call.isSettled && `${number(call.input)} tokens in, ${number(call.output)} out`, call.isSettled && cost(call.cost), call.cached && 'from the cache']
    .filter(Boolean).join(' · ');
}
