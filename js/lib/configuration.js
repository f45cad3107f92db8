// RTCConfiguration (webrtc-pc 4.2.1, "set a configuration"): conversion, validation and what of it
// is told to the host.
import { errorNamed, fromCore } from './errors.js';
import { IcePolicy, Limits, ServerScheme, Status } from './names.js';
import { certificateOf, RTCCertificate } from './RTCCertificate.js';
import {
  isObject, optional, toDictionary, toDOMString, toEnforcedInteger, toEnum, toSequence, toUSVString,
} from './webidl.js';

const iceTransportPolicies = ['relay', 'all'];
const bundlePolicies = ['balanced', 'max-compat', 'max-bundle'];
// "negotiate" has left the standard; a page that asks for it deserves to hear what is wrong.
const rtcpMuxPolicies = ['negotiate', 'require'];
const usernameBytesMax = 509; // webrtc-pc 4.2.4
const encoder = new TextEncoder();

// The dictionary's members in the order Web IDL reads them: name, default, conversion.
const members = [
  ['bundlePolicy', 'balanced', (text, name) => toEnum(text, bundlePolicies, name)],
  ['certificates', [], (list, name) => toSequence(list, toCertificate, name)],
  ['iceCandidatePoolSize', 0, (size, name) => toEnforcedInteger(size, 8, name)],
  ['iceServers', [], (list, name) => toSequence(list, toIceServer, name)],
  ['iceTransportPolicy', 'all', (text, name) => toEnum(text, iceTransportPolicies, name)],
  ['rtcpMuxPolicy', 'require', (text, name) => toEnum(text, rtcpMuxPolicies, name)],
];

// readConfiguration converts and validates; it throws what both the constructor and setConfiguration
// throw. The result is ours: changing what was given changes nothing.
export function readConfiguration(value, session) {
  const given = toDictionary(value, 'RTCConfiguration');
  const configuration = {};
  for (const [name, fallback, convert] of members) {
    configuration[name] = optional(given[name], fallback, (member) => convert(member, name));
  }
  for (const certificate of configuration.certificates) checkCertificate(certificate, session);
  const servers = configuration.iceServers.flatMap((server) => readServer(server, session.core));
  return { configuration, servers };
}

// checkSupported throws for what this implementation does not have.
export function checkSupported({ rtcpMuxPolicy }) {
  if (rtcpMuxPolicy === 'negotiate') throw errorNamed('NotSupportedError', 'RTCP is always multiplexed.');
}

// checkChange throws when next may not follow current: "set a configuration", 5. to 8.
export function checkChange(current, next, hasLocalDescription) {
  const { certificates } = current;
  const sameCertificates = next.certificates.length === certificates.length
    && next.certificates.every((certificate, index) => certificate === certificates[index]);
  const changed = (next.certificates.length > 0 && !sameCertificates)
    || next.bundlePolicy !== current.bundlePolicy
    || next.rtcpMuxPolicy !== current.rtcpMuxPolicy
    || (hasLocalDescription && next.iceCandidatePoolSize !== current.iceCandidatePoolSize);
  if (changed) throw errorNamed('InvalidModificationError', Status.MODIFIED.sentence);
  next.certificates = certificates;
}

// copyConfiguration is what getConfiguration returns.
export function copyConfiguration(configuration) {
  return {
    ...configuration,
    certificates: [...configuration.certificates],
    iceServers: configuration.iceServers.map((server) => ({ ...server, urls: [...server.urls] })),
  };
}

// hostFields are the fields of OPEN_PEER and CONFIGURE_PEER. More servers than the host takes only
// slow gathering, so the first ones are told.
export function hostFields({ configuration, servers }) {
  return {
    icePolicy: IcePolicy[configuration.iceTransportPolicy],
    servers: servers.filter(fitsHost).slice(0, Limits.iceServersMax),
  };
}

function fitsHost({ username, credential }) {
  return encoder.encode(username).length <= Limits.iceUsernameBytesMax
    && encoder.encode(credential).length <= Limits.iceCredentialBytesMax;
}

function toCertificate(value) {
  if (!(value instanceof RTCCertificate)) throw new TypeError('certificates: not an RTCCertificate');
  return value;
}

// 3. An expired certificate, or one of another origin (of another link, here), is an InvalidAccessError.
function checkCertificate(certificate, session) {
  const slots = certificateOf(certificate);
  if (slots.expires < Date.now() || slots.session !== session) {
    throw errorNamed('InvalidAccessError', 'The certificate is expired or belongs to another session.');
  }
}

function toIceServer(value) {
  if (!isObject(value)) throw new TypeError('iceServers: not an RTCIceServer');
  const server = {};
  if (value.credential !== undefined) server.credential = toDOMString(value.credential);
  if (value.urls === undefined) throw new TypeError('RTCIceServer: urls is missing');
  server.urls = isObject(value.urls) ? toSequence(value.urls, toUSVString, 'urls') : [toUSVString(value.urls)];
  if (value.username !== undefined) server.username = toDOMString(value.username);
  return server;
}

// "validate an ICE server"
function readServer(server, core) {
  const { urls, username, credential } = server;
  // 2. If urls is empty, throw a SyntaxError.
  if (urls.length === 0) throw errorNamed('SyntaxError', 'RTCIceServer: urls is empty');
  // 3. For each url: parse it; a scheme that is not implemented, or bad syntax, is a SyntaxError.
  const parsed = urls.map((url) => parseUrl(url, core));
  const isTurn = parsed.some(({ scheme }) => scheme === ServerScheme.turn || scheme === ServerScheme.turns);
  // 4. TURN needs username and credential, and the username must fit STUN's attribute.
  const isUsable = username !== undefined && credential !== undefined
    && encoder.encode(username).length <= usernameBytesMax;
  if (isTurn && !isUsable) {
    throw errorNamed('InvalidAccessError', 'RTCIceServer: TURN needs a username and a credential.');
  }
  return parsed.map((url) => ({ ...url, username: username ?? '', credential: credential ?? '' }));
}

function parseUrl(url, core) {
  try {
    return core.parseIceServerUrl(url);
  } catch (error) {
    // Whatever is wrong with a URL, webrtc-pc makes it a SyntaxError.
    if (typeof error?.status === 'number') throw errorNamed('SyntaxError', `"${url}" is no STUN or TURN URL.`);
    throw fromCore(error);
  }
}
