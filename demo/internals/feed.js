// The host's feed: a snapshot each second and the calls as they happen; and the two things that can
// be asked of it. Its fields are described beside the code that writes them, in the host.

// openFeed tells state(name, text), snapshot(data) and call(data) until the host ends.
export function openFeed({ state, snapshot, call }) {
  const source = new EventSource('feed');
  source.addEventListener('open', () => state('good', 'Live'));
  source.addEventListener('snapshot', ({ data }) => snapshot(JSON.parse(data)));
  source.addEventListener('call', ({ data }) => call(JSON.parse(data)));
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) state('bad', 'The host has ended');
    else state('wait', 'Looking for the host');
  });
}

// revoke takes a permission back; stop ends everything of a page. Both resolve when the host has.
export const revoke = (grant) => ask(`revoke?grant=${encodeURIComponent(grant)}`);
export const stop = (page) => ask(`stop?page=${encodeURIComponent(page)}`);

async function ask(path) {
  const response = await fetch(path, { method: 'POST', headers: { 'x-portcullis': 'internals' } });
  if (!response.ok) throw new Error(`the host said ${response.status}`);
}
