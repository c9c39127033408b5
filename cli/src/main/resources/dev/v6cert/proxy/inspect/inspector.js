'use strict';
// Everything that clients and servers sent is put in as text, never as markup.

const MOST = 500;
const requests = new Map();
const rows = new Map();
const $ = id => document.getElementById(id);
let selected = -1;
let wanted = '';

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function time(request) {
  if (!request.ended) return '…';
  const ms = request.micros / 1000;
  return ms < 10 ? ms.toFixed(1) + ' ms' : ms < 10000 ? Math.round(ms) + ' ms' : Math.round(ms / 1000) + ' s';
}

function size(octets) {
  if (octets === undefined || octets < 0) return '–';
  return octets < 1000 ? octets + ' B' : octets < 1e6 ? (octets / 1e3).toFixed(1) + ' kB' : (octets / 1e6).toFixed(1) + ' MB';
}

function matches(request) {
  const text = (request.method + ' ' + request.path + ' ' + (request.status || '') + ' ' + (request.searched || '')).toLowerCase();
  return wanted.split(/\s+/).every(word => text.includes(word));
}

function show(request) {
  let row = rows.get(request.id);
  if (!row) {
    row = element('tr');
    row.tabIndex = 0;
    for (const name of ['', '', 'path', 'num', 'num']) row.append(element('td', '', name));
    row.addEventListener('click', () => select(request.id));
    row.addEventListener('keydown', event => { if (event.key === 'Enter') select(request.id); });
    rows.set(request.id, row);
    const body = $('rows');
    let next = body.firstChild;
    while (next && Number(next.dataset.id) > request.id) next = next.nextSibling;
    row.dataset.id = request.id;
    body.insertBefore(row, next);
  }
  const [status, method, path, took, sent] = row.children;
  status.textContent = request.status || '…';
  status.className = 's' + String(request.status || '').charAt(0);
  method.textContent = request.method;
  path.textContent = (request.replay_of === undefined ? '' : '↻ ') + request.path;
  path.title = request.path;
  took.textContent = time(request);
  sent.textContent = size(request.sent);
  row.hidden = !matches(request);
}

function take(line) {
  const request = JSON.parse(line);
  if (request.bodies !== undefined) {
    $('bodies').checked = request.bodies;
    return;
  }
  const before = requests.get(request.id);
  if (before && before.ended && !request.ended) return;
  request.searched = before && before.searched;
  requests.set(request.id, request);
  show(request);
  if (request.id === selected && request.ended) detail(request.id);
  if (requests.size > MOST) forget(Math.min(...requests.keys()));
  $('empty').hidden = requests.size > 0;
}

function forget(id) {
  requests.delete(id);
  rows.get(id).remove();
  rows.delete(id);
}

function select(id) {
  if (rows.has(selected)) rows.get(selected).removeAttribute('aria-selected');
  selected = id;
  if (rows.has(id)) rows.get(id).setAttribute('aria-selected', 'true');
  if (id < 0) $('detail').hidden = true;
  else detail(id);
}

function fields(title, list) {
  const part = document.createDocumentFragment();
  part.append(element('h3', title));
  const table = element('table', undefined, 'fields');
  for (const [name, value] of list || []) {
    const row = element('tr');
    row.append(element('td', name), element('td', value));
    table.append(row);
  }
  part.append(list && list.length ? table : element('p', 'none', 'dim'));
  return part;
}

function body(title, one) {
  const part = document.createDocumentFragment();
  if (!one) return part;
  part.append(element('h3', title + ' (' + size(one.size) + (one.whole ? '' : ', the first ' + size(one.kept)) + ')'));
  if (one.text === undefined) {
    part.append(element('p', one.size ? 'not text, or in a coding that is not unpacked here' : 'empty', 'dim'));
  } else {
    let text = one.text;
    if (one.whole) {
      try { text = JSON.stringify(JSON.parse(text), null, 2); } catch { /* It is no JSON. */ }
    }
    part.append(element('pre', text));
  }
  return part;
}

function button(text, action) {
  const made = element('button', text);
  made.type = 'button';
  made.addEventListener('click', () => action(made));
  return made;
}

async function detail(id) {
  const answer = await fetch('/requests/' + id);
  if (id !== selected) return;
  const place = $('detail');
  const top = place.hidden || place.dataset.id !== String(id) ? 0 : place.scrollTop;
  place.replaceChildren();
  place.dataset.id = id;
  place.hidden = false;
  const actions = element('div', undefined, 'actions');
  const close = button('Back', () => select(-1));
  close.className = 'close';
  if (!answer.ok) {
    actions.append(close);
    place.append(element('h2', (await answer.text()).trim()), actions);
    return;
  }
  const one = await answer.json();
  const known = requests.get(id);
  if (known) {
    known.searched = [...(one.request_headers || []), ...(one.response_headers || [])].flat().join(' ');
  }
  const told = element('span', '', 'dim');
  const replay = button('Replay', async () => {
    told.textContent = 'sending';
    const done = await fetch('/requests/' + id + '/replay', { method: 'POST' });
    told.textContent = done.ok ? 'sent again' : (await done.text()).trim();
  });
  replay.disabled = one.no_replay !== undefined;
  const copy = button('Copy as curl', async () => {
    try {
      await navigator.clipboard.writeText(one.curl);
      told.textContent = 'copied';
    } catch {
      told.textContent = 'the browser does not let this page copy';
    }
  });
  copy.disabled = one.curl === undefined;
  actions.append(close, replay, copy, told);
  if (one.no_replay) told.textContent = 'no replay: ' + one.no_replay;
  place.append(element('h2', one.method + ' ' + one.path), actions);
  const facts = [new Date(one.time).toLocaleTimeString(), one.ended ? one.status + ' after ' + time(one) : 'not answered yet'];
  if (one.client) facts.push(one.protocol + ' from ' + one.client, 'to ' + one.target);
  if (one.replay_of !== undefined) facts.push('sent again from here');
  place.append(element('p', facts.join(' · '), 'dim'));
  if (!one.detailed) {
    place.append(element('p', 'Headers are kept only while this page is open, of requests that were let in.', 'dim'));
    return;
  }
  place.append(fields('Request headers', one.request_headers), body('Request body', one.request_body));
  if (one.ended) place.append(fields('Response headers', one.response_headers), body('Response body', one.response_body));
  if (!one.response_body) place.append(element('p', 'Bodies are kept once “Record bodies” is on.', 'dim'));
  place.scrollTop = top;
}

$('filter').addEventListener('input', () => {
  wanted = $('filter').value.trim().toLowerCase();
  requests.forEach(show);
});
$('bodies').addEventListener('change', () => fetch('/bodies/' + ($('bodies').checked ? 'on' : 'off'), { method: 'POST' }));
function clear() {
  select(-1);
  [...requests.keys()].forEach(forget);
  $('empty').hidden = false;
}

$('clear').addEventListener('click', clear);
document.addEventListener('keydown', event => { if (event.key === 'Escape') select(-1); });

const events = new EventSource('/events');
events.onmessage = event => event.data.split('\n').forEach(take);
let connected = false;
events.onopen = () => {
  if (connected) clear(); // The list comes anew, perhaps of another run.
  connected = true;
  $('state').textContent = 'live';
  $('state').className = 'live';
};
events.onerror = () => { $('state').textContent = 'v6cert up does not answer'; $('state').className = 'cut'; };
