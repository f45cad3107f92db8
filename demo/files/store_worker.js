// The worker that keeps received files in the page's private file system, where they survive a
// reload. One request at a time, each answered once, in order: { ask, name, ... } -> { value | error }.
const handles = new Map(); // name -> its access handle
const folder = await navigator.storage.getDirectory();

const answers = {
  // open answers how many bytes there are.
  async open({ name }) {
    if (!handles.has(name)) {
      const file = await folder.getFileHandle(name, { create: true });
      handles.set(name, await file.createSyncAccessHandle());
    }
    return handles.get(name).getSize();
  },
  write({ name, bytes, at }) {
    return handles.get(name).write(bytes, { at });
  },
  read({ name, from, to }) {
    const bytes = new Uint8Array(to - from);
    handles.get(name).read(bytes, { at: from });
    return bytes;
  },
  // close keeps what there is and gives the file free for others.
  close({ name }) {
    handles.get(name)?.flush();
    handles.get(name)?.close();
    handles.delete(name);
  },
  async remove({ name }) {
    answers.close({ name });
    await folder.removeEntry(name).catch(() => {});
  },
};

let last = Promise.resolve();
addEventListener('message', ({ data }) => {
  last = last.then(async () => {
    try {
      postMessage({ value: await answers[data.ask](data) });
    } catch (error) {
      postMessage({ error: error.message });
    }
  });
});
postMessage({ ready: true });
