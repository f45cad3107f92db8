// Received files by name, in the page's private file system: its worker asked in order.
const waiting = [];
let started;
const ready = new Promise((done) => (started = done));
const worker = new Worker('store_worker.js', { type: 'module' });

worker.addEventListener('message', ({ data }) => {
  if (data.ready) {
    started();
    return;
  }
  const { done, failed } = waiting.shift();
  if (data.error) failed(new Error(data.error));
  else done(data.value);
});

async function ask(question, transfer = []) {
  await ready;
  return new Promise((done, failed) => {
    waiting.push({ done, failed });
    worker.postMessage(question, transfer);
  });
}

export const store = {
  open: (name) => ask({ ask: 'open', name }), // how many bytes are there
  write: (name, at, buffer) => ask({ ask: 'write', name, at, bytes: buffer }, [buffer]),
  read: (name, from, to) => ask({ ask: 'read', name, from, to }),
  close: (name) => ask({ ask: 'close', name }),
  remove: (name) => ask({ ask: 'remove', name }),
  // file gives a kept file as a File, after close.
  file: async (name) => (await (await navigator.storage.getDirectory()).getFileHandle(name)).getFile(),
};
