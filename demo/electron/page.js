// An ordinary page: it knows nothing of Electron or Portcullis.
const said = document.querySelector('#said');

function say(line) {
  said.textContent = line;
  console.log(`portcullis: ${line}`);
}

async function call() {
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
