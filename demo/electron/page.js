// An ordinary page: it waits for the host once, and then WebRTC is as everywhere.
const said = document.querySelector('#said');

function say(line) {
  said.textContent = line;
  console.log(`portcullis: ${line}`);
}

async function call() {
  await globalThis.portcullis.ready;
  const a = new RTCPeerConnection();
  const b = new RTCPeerConnection();
  a.onicecandidate = ({ candidate }) => b.addIceCandidate(candidate);
  b.onicecandidate = ({ candidate }) => a.addIceCandidate(candidate);
  b.ondatachannel = ({ channel }) => {
    channel.onmessage = ({ data }) => say(`heard ${data}`);
  };
  const channel = a.createDataChannel('chat');
  channel.onopen = () => channel.send('hello');
  await a.setLocalDescription();
  await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription);
}

call().catch((error) => say(`${error.name}: ${error.message}`));
