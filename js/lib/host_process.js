// The broker as a Node program starts it: where it keeps what is remembered, and the object
// that a shell or a server speaks to it by.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Consent } from './consent.js';
import { ControlLine } from './control_line.js';
import { brokerPath } from './host_program.js';
import { inspectorFiles } from './inspector_files.js';

const controlFd = 3;

// stateFolder is where the user's own permissions are, for `state: true` and the command portcullis.
export function stateFolder() {
  return join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'portcullis');
}

// Nothing is remembered unless it was asked for. What is above the folder is made.
function stateArguments(state) {
  if (!state) return [];
  const folder = state === true ? stateFolder() : state;
  mkdirSync(dirname(folder), { recursive: true });
  return ['--state', folder];
}

// A way of the broker's own goes by its name; what this program does itself, by the control line.
function wayArguments(option, way) {
  if (!way) return [];
  return [option, typeof way === 'string' ? way : 'shell'];
}

function consentArguments({ state, forgetUnusedDays, ask = [], deny = [], secureSchemes = [], prompt, indicator }) {
  return [
    ...stateArguments(state),
    ...(forgetUnusedDays ? ['--forget-unused', String(forgetUnusedDays)] : []),
    ...ask.flatMap((right) => ['--ask', right]),
    ...deny.flatMap((right) => ['--deny', right]),
    ...secureSchemes.flatMap((scheme) => ['--secure-scheme', scheme]),
    ...wayArguments('--prompt', prompt),
    ...wayArguments('--indicator', indicator),
  ];
}

function start(options, { broker, args = [], descriptors = [], ...given }) {
  const stdio = ['ignore', 'inherit', 'inherit', 'pipe', ...descriptors];
  const words = ['--control-fd', String(controlFd), ...options, ...consentArguments(given), ...args];
  const path = brokerPath(broker);
  const child = spawn(path, words, { stdio });
  const control = new ControlLine(child, controlFd, path);
  return { child, control, consent: new Consent(control, given) };
}

// startBroker resolves once a broker listens for pages of the origins given:
// { url, token(origin, around), allow(origin), inspect(), consent, close() }. descriptors: open files
// it also gets, from 4 on. inspector: inspect() resolves with an address that shows a person, once
// and within a minute, what every page does. addresses: the address mode of RFC 8828 by its browsers' name.
export async function startBroker(given = {}) {
  const { allowOrigins = [], loopback = false, inspector = false, addresses } = given;
  const options = ['--listen', '127.0.0.1:0', ...(loopback ? ['--loopback'] : []),
    ...(addresses ? ['--addresses', addresses] : []),
    ...(inspector ? ['--inspector', '127.0.0.1:0', '--inspector-files', inspectorFiles()] : [])];
  const { child, control, consent } = start(options, given);
  const address = await control.next('listening');
  const allow = (origin) => control.ask(`allow ${origin}`);
  for (const origin of allowOrigins) await allow(origin);
  return {
    url: `ws://${address}/portcullis/1`,
    pid: child.pid,
    allow,
    token: (origin, around) => control.ask(tokenLine(origin, around), 'token'),
    inspect: () => control.ask('inspect', 'inspecting'),
    consent,
    close: () => control.close(),
  };
}

// startConsent resolves with a Consent that serves no page: for a shell's own permission requests.
export async function startConsent(given = {}) {
  const { child, control, consent } = start([], given);
  await consent.grants(); // it runs, and has read what is remembered
  return Object.assign(consent, { pid: child.pid, close: () => control.close() });
}

// around: { embedder, isPrivate, isMixed }, which the caller vouches for; hideUntilAccepted: nothing of its
// connections is gathered or sent before both sides' descriptions are there.
function tokenLine(origin, { embedder = origin, isPrivate = false, isMixed = false, hideUntilAccepted = false } = {}) {
  return ['token', origin, embedder, ...(isPrivate ? ['private'] : []), ...(isMixed ? ['mixed'] : []),
    ...(hideUntilAccepted ? ['until-accepted'] : [])].join(' ');
}
