// Consent in the WebKitGTK shell, as a person sees and gives it: by keys alone, in windows that no
// page can draw on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { missingWindows } from '../host/window/asking.js';
import { Display } from '../host/window/display.js';
import { missingShell, openShell, site } from './shell.js';

const timeout = 120_000;
const skip = missingShell() || missingWindows();
const question = 'Allow this site';
const indicator = 'In use by sites';
const demand = ['--broker-argument=--ask', '--broker-argument=data'];

let display;
before(async () => {
  if (!skip) display = await Display.start();
});
after(() => display?.stop());

// A page says what its script comes to, and when it stands on the screen.
const page = (script, body = '') => `<!doctype html><meta charset="utf-8"><h1>A page</h1>${body}<script>
const say = (text) => fetch('/say?' + encodeURIComponent(text));
(async () => { ${script} })().catch((error) => say(error.name));
requestAnimationFrame(() => requestAnimationFrame(() => say('painted')));
</script>`;

// A page that calls itself, and says what comes of it.
const call = `
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
  a.onicecandidate = ({ candidate }) => b.addIceCandidate(candidate);
  b.onicecandidate = ({ candidate }) => a.addIceCandidate(candidate);
  a.onconnectionstatechange = () => say('a is ' + a.connectionState);
  const channel = a.createDataChannel('call');
  channel.onopen = () => say('open');
  channel.onclose = () => say('closed');
  await a.setLocalDescription();
  say('local');
  await b.setRemoteDescription(a.localDescription);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription);`;

/** A page of one site with a frame of another that calls. */
async function embedded(t) {
  const inner = await site(t, () => page(call));
  const outer = await site(t, () => page('', `<iframe src="http://localhost:${inner.port}/"></iframe>`));
  await openShell(t, display, `http://127.0.0.1:${outer.port}/`, demand);
  return { inner, outer };
}

/** Presses a key in the windows of that title, one after the other, until a page has said something. */
async function press(title, key, { hears }, text) {
  let over = false;
  const said = hears(text).finally(() => (over = true));
  while (!over) {
    const [window] = await display.windows(title);
    const active = await display.do('getactivewindow').catch(() => null);
    const activate = window === active ? [] : ['windowactivate', window]; // once: it is inert for a while then
    // It may go while it is looked for.
    if (window) await display.do(...activate, 'key', key).catch(() => {});
  }
  await said;
}

test('a frame of another site calls when the question that names both sites was answered, until it is stopped', { skip, timeout }, async (t) => {
  const { inner } = await embedded(t);
  await display.waitForWindows(question, 1);
  await inner.hears('painted');
  display.picture('shell-prompt');
  assert.ok(!inner.heard.includes('local'), 'a connection began before anybody was asked');
  await press(question, 'alt+a', inner, 'open');
  await display.waitForWindows(indicator, 1);
  display.picture('shell-indicator');
  await press(indicator, 'space', inner, 'a is failed');
  await inner.hears('closed');
});

test('a call that a person does not allow fails with NotAllowedError', { skip, timeout }, async (t) => {
  const { inner } = await embedded(t);
  await press(question, 'Escape', inner, 'NotAllowedError');
  assert.ok(!inner.heard.includes('open'));
});

// A page that uses a microphone, and says what comes of it.
const microphone = `
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const [track] = stream.getTracks();
  say('captures');
  track.onended = () => say('ended');
  track.onmute = () => say('muted');
  `;

test('a microphone of the engine itself is asked for at the host, shown, and off when it is stopped', { skip, timeout }, async (t) => {
  const one = await site(t, () => page(microphone));
  await openShell(t, display, `http://127.0.0.1:${one.port}/`, ['--test-devices']);
  await display.waitForWindows(question, 1);
  assert.deepEqual(one.heard.filter((text) => text !== 'painted'), []);
  await press(question, 'alt+a', one, 'captures');
  await display.waitForWindows(indicator, 1);
  display.picture('shell-microphone');
  await press(indicator, 'space', one, 'ended');
});

test('what the host does not judge is no, and a microphone that is not allowed is NotAllowedError', { skip, timeout }, async (t) => {
  const one = await site(t, () => page(`
    navigator.geolocation.getCurrentPosition(() => say('a place'), ({ code }) => say('no place ' + code));
    ${microphone}`));
  await openShell(t, display, `http://127.0.0.1:${one.port}/`, ['--test-devices']);
  await one.hears('no place 1');
  await press(question, 'Escape', one, 'NotAllowedError');
});

test('a page whose microphone was stopped gets it back by no second request of its own', { skip, timeout }, async (t) => {
  const one = await site(t, () => page(`
    const use = () => navigator.mediaDevices.getUserMedia({ audio: true }).then((stream) => stream.getTracks()[0]);
    const first = await use();
    say('captures');
    first.onended = async () => {
      say('ended');
      // WebKit remembers that it was allowed, and may begin.
      const second = await use().catch(() => say('none'));
      second.onended = () => say('none');
    };`));
  await openShell(t, display, `http://127.0.0.1:${one.port}/`, ['--test-devices']);
  await press(question, 'alt+a', one, 'captures');
  await display.waitForWindows(indicator, 1);
  await press(indicator, 'space', one, 'ended');
  await one.hears('none');
});
