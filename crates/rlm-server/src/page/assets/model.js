// A run as the page knows it: agents, their steps, and the calls of each step. It is built from the
// tree of the run, and then follows its events.
//
// The id of a call is `AGENT/STEP.ORDINAL.INDEX`. Ordinal 0 is the call of the step's root model, and
// the calls of a batch share an ordinal. The id of an agent is that of the call that started it.

export class RunModel {
  constructor() {
    this.agents = new Map();
    this.calls = new Map();
    this.notes = [];
    this.lastEvent = 0;
    this.ended = null;
    // The time of the last event, relative to the start of the run.
    this.now = 0;
    this.totals = { calls: 0, done: 0, failed: 0, cached: 0, input: 0, output: 0, cost: 0, steps: 0 };
    this.agent('');
  }

  get root() {
    return this.agents.get('');
  }

  // Adds what the tree of the service holds.
  addTree(tree) {
    this.question = tree.user_query;
    this.lastEvent = tree.last_event_id ?? 0;
    this.addAgent({ ...tree, id: '' });
  }

  addAgent(node) {
    const agent = this.agent(node.id ?? '');
    Object.assign(agent, { status: node.status, answer: node.answer, error: node.error });
    for (const step of node.children) this.addStep(agent, step);
  }

  addStep(agent, node) {
    const step = this.step(agent.id, node.step);
    Object.assign(step, {
      code: node.code, stdout: node.stdout, error: node.error, rejected: node.rejected, model: node.model,
      start: node.start_ms, duration: node.duration_ms, isRun: node.stdout !== null || node.error !== null,
    });
    this.now = Math.max(this.now, (node.start_ms ?? 0) + (node.duration_ms ?? 0));
    if (node.model) {
      const root = this.call(`${agent.id}${agent.id && '/'}${node.step}.0.0`);
      Object.assign(root, { model: node.model, start: node.start_ms });
      if (node.input_tokens !== null) {
        root.end = node.start_ms === null ? undefined : node.start_ms + (node.root_duration_ms ?? 0);
        this.settle(root, 'replied', node);
      }
    }
    for (const child of node.children) {
      const call = this.call(child.id);
      Object.assign(call, {
        prompt: child.prompt, reply: child.reply, error: child.error, model: child.model, start: child.start_ms,
        end: child.start_ms === null || child.duration_ms === null ? undefined : child.start_ms + child.duration_ms,
      });
      if (child.status === 'running' || child.status === 'agent') call.status = child.status;
      else this.settle(call, child.status, child);
      for (const below of child.children) {
        this.addAgent({ ...below, id: child.id });
      }
    }
  }

  // Applies an event. Returns whether rows came or went.
  apply({ id, name, data }) {
    if (id !== undefined) {
      if (id <= this.lastEvent) return false;
      this.lastEvent = id;
    }
    this.now = Math.max(this.now, data.at_ms ?? 0);
    switch (name) {
      case 'run_started':
        this.question = data.question;
        return true;
      case 'step_started':
        this.step(data.agent, data.step).start = data.at_ms;
        this.agent(data.agent).status = 'running';
        return true;
      case 'code':
        Object.assign(this.step(data.agent, data.step), { code: data.code, rejected: data.rejected });
        return false;
      case 'output': {
        const step = this.step(data.agent, data.step);
        Object.assign(step, { stdout: data.stdout, error: data.error, isRun: true });
        step.duration = data.at_ms - (step.start ?? data.at_ms);
        return false;
      }
      case 'call_started':
        Object.assign(this.call(data.call), { model: data.model, prompt: data.prompt, start: data.at_ms });
        return true;
      case 'agent_started':
        Object.assign(this.call(data.call), { model: data.model, prompt: data.question, start: data.at_ms, status: 'agent' });
        this.agent(data.call).status = 'running';
        return true;
      case 'call_ended': {
        const call = this.call(data.call);
        Object.assign(call, { reply: data.reply, error: data.error, end: data.at_ms });
        this.settle(call, data.error === null ? 'replied' : 'failed', data);
        return false;
      }
      case 'agent_ended': {
        Object.assign(this.agent(data.agent), { status: data.outcome, answer: data.answer });
        const call = this.calls.get(data.agent);
        if (call && call.status === 'agent') {
          Object.assign(call, { end: data.at_ms, reply: data.answer });
          this.settle(call, data.answer === null ? 'failed' : 'replied', {});
        }
        return true;
      }
      case 'limit':
      case 'note':
        this.notes.push(data.message ?? data.text);
        return false;
      case 'result':
        this.ended = data;
        return true;
      default:
        return false;
    }
  }

  // Notes the end of a call in its group and in the totals, once.
  settle(call, status, took) {
    if (call.isSettled) return;
    Object.assign(call, {
      isSettled: true, status, cached: took.cached ?? false,
      input: took.input_tokens, output: took.output_tokens, cost: took.cost_usd,
    });
    const failed = status === 'replied' ? 0 : 1;
    call.group.done += 1;
    call.group.failed += failed;
    this.totals.done += 1;
    this.totals.failed += failed;
    this.totals.cached += call.cached ? 1 : 0;
    this.totals.input += took.input_tokens ?? 0;
    this.totals.output += took.output_tokens ?? 0;
    if (took.cost_usd === null) this.totals.cost = null;
    else if (this.totals.cost !== null) this.totals.cost += took.cost_usd ?? 0;
  }

  agent(id) {
    let agent = this.agents.get(id);
    if (!agent) {
      agent = { kind: 'agent', id, status: 'running', steps: new Map(), depth: id === '' ? 0 : id.split('/').length };
      this.agents.set(id, agent);
    }
    return agent;
  }

  step(agentId, number) {
    const agent = this.agent(agentId);
    let step = agent.steps.get(number);
    if (!step) {
      step = { kind: 'step', id: `${agentId}#${number}`, agent, number, groups: new Map() };
      agent.steps.set(number, step);
      this.totals.steps += agentId === '' ? 1 : 0;
    }
    return step;
  }

  call(id) {
    let call = this.calls.get(id);
    if (!call) {
      const slash = id.lastIndexOf('/');
      const [turn, ordinal, index] = id.slice(slash + 1).split('.').map(Number);
      const step = this.step(id.slice(0, Math.max(slash, 0)), turn);
      let group = step.groups.get(ordinal);
      if (!group) {
        group = { kind: 'group', id: `${step.id}.${ordinal}`, step, ordinal, calls: [], done: 0, failed: 0 };
        step.groups.set(ordinal, group);
      }
      call = { kind: 'call', id, index, group, status: 'running', isRoot: ordinal === 0 };
      // Calls of a batch mostly start in their order.
      let at = group.calls.length;
      while (at > 0 && group.calls[at - 1].index > index) at -= 1;
      group.calls.splice(at, 0, call);
      this.calls.set(id, call);
      this.totals.calls += 1;
    }
    return call;
  }

  // Returns the rows of the tree, from top to bottom: `{item, level, isOpen, hasChildren}`. `isOpen`
  // says of an id whether what is below it is shown.
  rows(isOpen) {
    const rows = [];
    const add = (item, level, hasChildren, open) => rows.push({ item, level, hasChildren, isOpen: hasChildren && open });
    const addAgent = (agent, level) => {
      for (const step of agent.steps.values()) {
        const groups = [...step.groups.values()].filter((group) => group.ordinal > 0);
        const open = isOpen(step);
        add(step, level, groups.length > 0, open);
        if (!open) continue;
        for (const group of groups) {
          if (group.calls.length === 1) {
            addCall(group.calls[0], level + 1);
            continue;
          }
          const shown = isOpen(group);
          add(group, level + 1, true, shown);
          if (shown) for (const call of group.calls) addCall(call, level + 2);
        }
      }
    };
    const addCall = (call, level) => {
      const agent = this.agents.get(call.id);
      const open = agent !== undefined && isOpen(agent);
      add(call, level, agent !== undefined, open);
      if (open) addAgent(agent, level + 1);
    };
    addAgent(this.root, 1);
    return rows;
  }
}
