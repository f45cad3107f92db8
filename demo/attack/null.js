// A frame without an origin, with a good token of its parent's.
addEventListener('message', ({ data: { url }, source }) => {
  const socket = new WebSocket(url);
  socket.onopen = () => source.postMessage({ opened: true }, '*');
  socket.onerror = () => source.postMessage({ opened: false }, '*');
});
