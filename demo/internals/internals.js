// The inspector (RFC 8827 6.5): what every page of this host does, from the host's own mouth. This
// file joins the feed to what is shown; each part has a file of its own.
import { Dump } from './dump.js';
import { openFeed } from './feed.js';
import { PageView } from './page_view.js';

const element = (id) => document.getElementById(id);
const dump = new Dump();
const earlyMax = 500;
const views = new Map(); // page id -> PageView
let early = []; // calls of pages that no snapshot has shown yet

openFeed({
  state: (state, text) => {
    element('status').dataset.state = state;
    element('status').textContent = text;
  },
  snapshot: (snapshot) => {
    dump.add(snapshot);
    show(snapshot);
  },
  call: (call) => {
    dump.log(call);
    const view = views.get(call.page);
    if (view) view.log(call);
    else if (early.push(call) > earlyMax) early.shift();
  },
});

function show({ time, pages }) {
  for (const page of pages) {
    let view = views.get(page.id);
    if (!view) {
      view = new PageView(page);
      views.set(page.id, view);
      element('pages').append(view.element);
      for (const call of early) if (call.page === page.id) view.log(call);
      early = early.filter((call) => call.page !== page.id);
    }
    view.update(page, time);
  }
  const live = new Set(pages.map(({ id }) => id));
  for (const [id, view] of views) view.end(!live.has(id), () => views.delete(id));
  element('empty').hidden = views.size > 0;
}

element('download').addEventListener('click', () => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([dump.text()], { type: 'application/json' }));
  link.download = `portcullis-internals-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
});
