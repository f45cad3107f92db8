// Elements and numbers as the inspector shows them. Text is only ever text.
export function make(tag, members = {}, ...children) {
  const { dataset, attributes, ...rest } = members;
  const made = Object.assign(document.createElement(tag), rest);
  Object.assign(made.dataset, dataset);
  for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// table gives a table in a box that scrolls sideways on a phone.
export function table(caption, heads) {
  const body = make('tbody');
  const head = make('tr', {}, ...heads.map((text) => make('th', { textContent: text, scope: 'col' })));
  const made = make('table', {}, make('caption', { textContent: caption }), make('thead', {}, head), body);
  const box = make('div', { className: 'scroll', tabIndex: 0, attributes: { role: 'region', 'aria-label': caption } }, made);
  return { element: box, show: (rows) => body.replaceChildren(...rows.map(rowOf)) };
}

function rowOf({ cells, mark }) {
  return make('tr', { dataset: mark ? { mark } : {} }, ...cells.map((cell) => make('td', {}, cell)));
}

export function bytesText(bytes) {
  const units = ['B', 'KB', 'MB', 'GB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  return `${(bytes / 1000 ** step).toFixed(step ? 1 : 0)} ${units[step]}`;
}

// plainText shows what has no shape of its own, or turns the text around, by its number: a label is
// the other side's.
export function plainText(text) {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${one.codePointAt(0).toString(16)}}`);
}

export function msText(ms) {
  return ms === null ? '' : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

export function timeText(time) {
  return new Date(time).toLocaleTimeString([], { hour12: false, hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
}

// clockText: of seconds since 1970, without milliseconds.
export function clockText(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour12: false });
}

// addressText is a candidate's address, or that it is hidden.
export function addressText({ type, protocol, address, port }) {
  const place = address === null ? 'hidden' : `${address.includes(':') ? `[${address}]` : address}:${port}`;
  return `${type} ${protocol} ${place}`;
}
