// Every interface of the package, by the name it has on a global object.
export { RTCCertificate } from './RTCCertificate.js';
export { RTCDTMFSender, RTCRtpReceiver, RTCRtpSender, RTCRtpTransceiver } from './media_interfaces.js';
export { RTCDTMFToneChangeEvent } from './RTCDTMFToneChangeEvent.js';
export { RTCDataChannel } from './RTCDataChannel.js';
export { RTCDataChannelEvent } from './RTCDataChannelEvent.js';
export { RTCDtlsTransport } from './RTCDtlsTransport.js';
export { RTCError } from './RTCError.js';
export { RTCErrorEvent } from './RTCErrorEvent.js';
export { RTCIceCandidate } from './RTCIceCandidate.js';
export { RTCIceCandidatePair } from './RTCIceCandidatePair.js';
export { RTCIceTransport } from './RTCIceTransport.js';
export { RTCPeerConnection } from './RTCPeerConnection.js';
export { RTCPeerConnectionIceErrorEvent } from './RTCPeerConnectionIceErrorEvent.js';
export { RTCPeerConnectionIceEvent } from './RTCPeerConnectionIceEvent.js';
export { RTCSctpTransport } from './RTCSctpTransport.js';
export { RTCSessionDescription } from './RTCSessionDescription.js';
export { RTCStatsReport } from './RTCStatsReport.js';
export { RTCTrackEvent } from './RTCTrackEvent.js';
