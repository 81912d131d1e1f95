// Requests to the service, and events of runs.

// An error of a request, as the service states it.
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? `the service answered with status ${status}`);
    this.status = status;
    this.code = body.code;
    this.hint = body.hint;
  }
}

// Listeners that hear when a request was refused because nobody is signed in.
export const signedOut = new EventTarget();

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...options });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Problem(0, { detail: 'the service does not answer', hint: 'it may have stopped; the page tries again' });
  }
  if (!response.ok) {
    const body = await response.json().catch(() => ({}));
    if (response.status === 401 && path !== '/ui/session') signedOut.dispatchEvent(new Event('signed-out'));
    throw new Problem(response.status, body.error?.message ? { detail: body.error.message } : body);
  }
  return response;
}

export async function get(path, signal) {
  return (await request(path, { signal })).json();
}

export async function send(method, path, body) {
  const isForm = body instanceof FormData;
  const headers = body === undefined || isForm ? {} : { 'content-type': 'application/json' };
  const response = await request(path, { method, headers, body: isForm ? body : JSON.stringify(body) });
  const text = await response.text();
  return text ? JSON.parse(text) : undefined;
}

// Yields the events of a run after the event with the number `last`: `{id, name, data}`. A broken
// connection is made again from the last event on. `onState` hears whether it stands.
export async function* events(run, last, signal, onState = () => {}) {
  for (let failures = 0; ; ) {
    try {
      const headers = last ? { 'last-event-id': String(last) } : {};
      const response = await request(`/api/executions/${encodeURIComponent(run)}/events`, { headers, signal });
      onState(true);
      for await (const event of parse(response.body)) {
        failures = 0;
        last = event.id ?? last;
        yield event;
        if (event.name === 'result') return;
      }
    } catch (error) {
      if (signal.aborted || (error.status >= 400 && error.status < 500)) throw error;
    }
    onState(false);
    failures += 1;
    await pause(Math.min(500 * 2 ** failures, 10_000), signal);
  }
}

// Parses server-sent events.
async function* parse(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = { name: 'message' };
      const data = [];
      for (const line of text.slice(0, end).split('\n')) {
        if (line.startsWith('id:')) event.id = Number(line.slice(3));
        else if (line.startsWith('event:')) event.name = line.slice(6).trim();
        else if (line.startsWith('data:')) data.push(line.slice(5).trimStart());
      }
      text = text.slice(end + 2);
      if (data.length > 0) yield { ...event, data: JSON.parse(data.join('\n')) };
    }
  }
}

export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
