// werift speaks nearly W3C. adapt gives its classes the last of it: text and binary of the right
// kinds both ways, and nothing else.
export function adapt({ RTCPeerConnection, RTCDataChannel }) {
  const send = RTCDataChannel.prototype.send;
  RTCDataChannel.prototype.send = function sendW3C(data) {
    return send.call(this, typeof data === 'string' ? data : Buffer.from(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength));
  };
  return RTCPeerConnection;
}
