// A call between two connections of one program, as text for ESM and CommonJS alike: `door` is what
// the package gave. It prints one line and how long the program took to end after close().
export const call = `
async function call({ RTCPeerConnection }) {
  const a = new RTCPeerConnection();
  const b = new RTCPeerConnection();
  a.onicecandidate = ({ candidate }) => b.addIceCandidate(candidate);
  b.onicecandidate = ({ candidate }) => a.addIceCandidate(candidate);
  const heard = new Promise((resolve) => {
    b.ondatachannel = ({ channel }) => { channel.onmessage = ({ data }) => resolve(data); };
  });
  const channel = a.createDataChannel('chat');
  channel.onopen = () => channel.send('hello');
  await a.setLocalDescription();
  await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription);
  console.log(await heard);
  a.close();
  b.close();
  const closed = performance.now();
  process.on('exit', () => console.log(Math.ceil(performance.now() - closed)));
}
`;
