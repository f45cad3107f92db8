// node-datachannel as answerer, connecting over TCP, in a process of its own: what it is told and tells are messages of
// its parent's. It sends back what it gets.
import nodeDataChannel from 'node-datachannel';

const pc = new nodeDataChannel.PeerConnection('answerer', { iceServers: [], enableIceTcp: true });
const channels = []; // kept: it closes what nobody holds
pc.onLocalDescription((sdp, type) => process.send({ description: { sdp, type } }));
pc.onDataChannel((channel) => {
  channels.push(channel);
  channel.onMessage((message) => channel.sendMessageBinary(message));
});
process.on('message', ({ description, candidate }) => {
  if (description) pc.setRemoteDescription(description.sdp, description.type);
  if (candidate) pc.addRemoteCandidate(candidate.candidate, candidate.sdpMid);
});
process.on('disconnect', () => process.exit());
