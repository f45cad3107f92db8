// The interfaces of audio and video. They are there, so that scripts find them and the browser's own
// are no way round; media is not sent or received yet, so nobody can have an instance: a constructor
// throws, and so does every member, whatever it is called on. getCapabilities tells the truth, null:
// there is no kind of media that this implementation has capabilities for (webrtc-pc 5.2, 5.3).
import { checkArguments, defineInterface, toDOMString } from './webidl.js';

export const RTCRtpSender = unmade('RTCRtpSender', {
  attributes: ['track', 'transport', 'dtmf'],
  methods: { getParameters: 0, setStreams: 0 },
  promises: { setParameters: 1, replaceTrack: 1, getStats: 0 },
});
RTCRtpSender.getCapabilities = capabilitiesOf('RTCRtpSender');

export const RTCRtpReceiver = unmade('RTCRtpReceiver', {
  attributes: ['track', 'transport'],
  settable: ['jitterBufferTarget'],
  methods: { getParameters: 0, getContributingSources: 0, getSynchronizationSources: 0 },
  promises: { getStats: 0 },
});
RTCRtpReceiver.getCapabilities = capabilitiesOf('RTCRtpReceiver');

export const RTCRtpTransceiver = unmade('RTCRtpTransceiver', {
  attributes: ['mid', 'sender', 'receiver', 'currentDirection'],
  settable: ['direction'],
  methods: { stop: 0, setCodecPreferences: 1 },
});

export const RTCDTMFSender = unmade('RTCDTMFSender', {
  Parent: EventTarget,
  attributes: ['canInsertDTMF', 'toneBuffer'],
  settable: ['ontonechange'],
  methods: { insertDTMF: 1 },
});

function capabilitiesOf(name) {
  return function getCapabilities(kind) {
    checkArguments(arguments, 1, `${name}.getCapabilities`);
    toDOMString(kind);
    return null;
  };
}

// unmade gives an interface without instances. methods, promises: each with its needed arguments.
function unmade(name, { Parent = Object, attributes = [], settable = [], methods = {}, promises = {} }) {
  const Class = Parent === Object ? class {
    constructor() {
      illegal();
    }
  } : class extends Parent {
    constructor() {
      illegal();
      super();
    }
  };
  Object.defineProperty(Class, 'name', { value: name, configurable: true });
  for (const key of [...attributes, ...settable]) {
    const set = settable.includes(key) ? named(illegal, `set ${key}`, 1) : undefined;
    Object.defineProperty(Class.prototype, key, { get: named(illegal, `get ${key}`, 0), set, configurable: true });
  }
  const define = (key, length, value) => Object.defineProperty(Class.prototype, key,
    { value: named(value, key, length), writable: true, configurable: true });
  for (const [key, length] of Object.entries(methods)) define(key, length, illegal);
  for (const [key, length] of Object.entries(promises)) define(key, length, rejected);
  defineInterface(Class);
  return Class;
}

// A function of its own for each member, not a constructor, with the member's name and length.
function named(steps, name, length) {
  const { [name]: member } = { [name]() { return steps(); } };
  return Object.defineProperty(member, 'length', { value: length });
}

function illegal() {
  throw new TypeError('Illegal invocation: media is not supported yet');
}

async function rejected() {
  illegal();
}
