// Joins a frame's message port to its connection with the broker, in the trusted process. It carries
// bytes and looks into none of them. Whichever side ends, the other ends too.
import { floodBytesMax, isBytes, underWayBytesMax } from './port_traffic.js';

// bridge: port is Electron's MessagePortMain, socket a BrokerSocket. ended() is called once, at the end.
export function bridge(port, socket, ended = () => {}) {
  let toHost = 0; // bytes of the frame that the socket has not taken yet
  let toPage = 0; // bytes of the host that the frame has not taken yet
  let over = false;

  function end(reason) {
    if (over) return;
    over = true;
    socket.close();
    if (reason !== null) port.postMessage(reason);
    port.close();
    ended();
  }

  function send(bytes) {
    toHost += bytes.length;
    if (toHost > floodBytesMax) {
      end('The page sent more than was taken.');
      return;
    }
    socket.send(bytes, () => {
      toHost -= bytes.length;
      if (!over) port.postMessage(bytes.length);
    });
  }

  function taken(bytes) {
    if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > toPage) {
      end('The page took more than was sent.');
      return;
    }
    toPage -= bytes;
    if (toPage <= underWayBytesMax) socket.resume();
  }

  // The frame is the page's: what it posts may be anything.
  port.on('message', ({ data }) => {
    if (over) return;
    if (isBytes(data)) send(data);
    else if (typeof data === 'number') taken(data);
    else end('The page sent what is neither bytes nor a number.');
  });
  port.on('close', () => end(null));
  socket.open({
    received(bytes) {
      if (over) return;
      toPage += bytes.length;
      port.postMessage(bytes);
      if (toPage > underWayBytesMax) socket.pause();
    },
    ended: (reason) => end(reason || 'The host closed the connection.'),
  });
  port.start();
}
