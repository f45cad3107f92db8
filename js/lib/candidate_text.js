// The fields of a candidate's text (RFC 8839 5.1), for script that looks at one. What is acted on is
// parsed by the core; this decides nothing.
const types = ['host', 'srflx', 'prflx', 'relay'];
const tcpTypes = ['active', 'passive', 'so'];
const components = { 1: 'rtp', 2: 'rtcp' };
const prefix = /^(?:a=)?candidate:/;

export const noFields = {
  foundation: null, component: null, priority: null, address: null, protocol: null, port: null,
  type: null, tcpType: null, relatedAddress: null, relatedPort: null,
};

// readCandidateText gives the fields as RTCIceCandidate shows them, or null when text is no candidate.
export function readCandidateText(text) {
  if (!prefix.test(text)) return null;
  const words = text.replace(prefix, '').trim().split(/ +/);
  const [foundation, component, transport, priority, address, port, typ, type, ...rest] = words;
  const fields = {
    foundation,
    component: components[component],
    priority: readNumber(priority, 2 ** 32 - 1),
    address,
    protocol: readWord(transport?.toLowerCase(), ['udp', 'tcp']),
    port: readNumber(port, 65535),
    type: readWord(type, types),
  };
  if (typ !== 'typ' || Object.values(fields).some((field) => field === undefined)) return null;
  if (!/^[A-Za-z0-9+/]{1,32}$/.test(foundation)) return null;
  // webrtc-pc 4.8.1.1: of a peer-reflexive candidate that was not signalled, the address is not shown.
  if (fields.type === 'prflx' && address === '0.0.0.0') fields.address = null;
  return { ...noFields, ...fields, ...readExtensions(rest) };
}

function readExtensions(words) {
  const extensions = new Map();
  for (let i = 0; i + 1 < words.length; i += 2) extensions.set(words[i], words[i + 1]);
  return {
    tcpType: readWord(extensions.get('tcptype'), tcpTypes) ?? null,
    relatedAddress: extensions.get('raddr') ?? null,
    relatedPort: readNumber(extensions.get('rport'), 65535) ?? null,
  };
}

function readNumber(word, max) {
  if (word === undefined || !/^[0-9]{1,10}$/.test(word) || Number(word) > max) return undefined;
  return Number(word);
}

function readWord(word, words) {
  return words.includes(word) ? word : undefined;
}
