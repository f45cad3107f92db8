// A call between two connections of one program or page, as text that ESM, CommonJS and pages take alike.

/** call(global) resolves with what was heard, when both connections are closed. */
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
  const text = await heard;
  a.close();
  b.close();
  return text;
}
`;

/** report() prints what was heard, and how many milliseconds the program then waited for something before it ended by
 * itself: not those in which the machine did something else. */
export const program = `
async function report() {
  console.log(await call(globalThis));
  const closed = performance.eventLoopUtilization();
  process.on('exit', () => console.log(Math.ceil(performance.eventLoopUtilization(closed).idle)));
}
`;
