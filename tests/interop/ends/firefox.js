// Drives ends that are pages of Firefox, through its own WebDriver BiDi: one browser for a run, one
// container (an identity of its own) with one tab for each end.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { End } from './end.js';

const program = ['/usr/bin/firefox-esr', '/usr/bin/firefox'].find((path) => spawnSync(path, ['--version']).status === 0);
const preferences = {
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.peerconnection.ice.loopback': true,
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'datareporting.policy.dataSubmissionEnabled': false,
  'browser.safebrowsing.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': '',
};

export const haveFirefox = program !== undefined;

// firefoxVersion is what the program calls itself.
export function firefoxVersion() {
  return /[\d.]+\S*/.exec(spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout)[0];
}

export async function launchFirefox() {
  const profile = mkdtempSync(join(tmpdir(), 'portcullis-firefox-'));
  writeFileSync(join(profile, 'user.js'), Object.entries(preferences)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''));
  const child = spawn(program, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'],
    { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  const driver = await Driver.connect(await Promise.race([listening(child), ended.then(() => {
    throw new Error('Firefox ended before it listened');
  })]));
  await driver.ask('session.new', { capabilities: {} });
  await driver.ask('session.subscribe', { events: ['script.message', 'log.entryAdded'] });
  const close = async () => {
    child.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { close, pageEnd: (server, rtc) => FirefoxEnd.open(driver, server, rtc) };
}

function listening(child) {
  let said = '';
  return new Promise((done) => {
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-65536);
      const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said);
      if (found) done(found[1]);
    });
  });
}

// Driver is one WebDriver BiDi session: questions by number, and events to whom they concern.
class Driver {
  #socket;
  #questions = new Map();
  #lastId = 0;
  listeners = new Map(); /* of a browsing context: (event) => work */

  static async connect(url) {
    const driver = new Driver();
    driver.#socket = new WebSocket(`${url}/session`);
    driver.#socket.on('message', (data) => driver.#hear(JSON.parse(data)));
    driver.#socket.on('close', () => driver.#end());
    await once(driver.#socket, 'open');
    return driver;
  }

  ask(method, params) {
    return new Promise((done, failed) => {
      const id = ++this.#lastId;
      this.#questions.set(id, { done, failed });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  #hear({ type, id, result, error, message, method, params }) {
    if (type === 'event') return this.listeners.get(params.source.context)?.({ method, params });
    const { done, failed } = this.#questions.get(id);
    this.#questions.delete(id);
    return error ? failed(new Error(`${error}: ${message}`)) : done(result);
  }

  #end() {
    for (const { failed } of this.#questions.values()) failed(new Error('Firefox is gone'));
    this.#questions.clear();
  }
}

class FirefoxEnd extends End {
  console = [];
  #driver;
  #context;
  #container;

  static async open(driver, server, rtc) {
    const { userContext } = await driver.ask('browser.createUserContext', {});
    const { context } = await driver.ask('browsingContext.create', { type: 'tab', userContext });
    const end = new FirefoxEnd(`${rtc} page of Firefox`);
    end.#driver = driver;
    end.#context = context;
    end.#container = userContext;
    driver.listeners.set(context, (event) => end.#hear(event));
    const url = `${server.origin}/tests/interop/ends/page.html?rtc=${rtc}`;
    await driver.ask('browsingContext.navigate', { context, url, wait: 'complete' });
    await end.#call('(post) => { globalThis.portcullisPost = (message) => post(JSON.stringify(message)); }',
      { type: 'channel', value: { channel: 'post' } });
    await end.#call('() => globalThis.end.ready');
    return end;
  }

  reset() {
    return this.#call('() => globalThis.end.reset()');
  }

  deliver(message) {
    this.#call('(text) => { globalThis.end.deliver(JSON.parse(text)); }', asText(message)).catch((error) => this.lose(error));
  }

  async evaluateRun(module, half, params) {
    const run = 'async (text) => JSON.stringify(await globalThis.end.run(...JSON.parse(text)))';
    return JSON.parse((await this.#call(run, asText([module, half, params]))).value);
  }

  async close() {
    this.#driver.listeners.delete(this.#context);
    await this.#driver.ask('browser.removeUserContext', { userContext: this.#container });
  }

  async #call(functionDeclaration, ...args) {
    const { type, result, exceptionDetails } = await this.#driver.ask('script.callFunction',
      { functionDeclaration, awaitPromise: true, target: { context: this.#context }, arguments: args });
    if (type === 'exception') throw new Error(exceptionDetails.text);
    return result;
  }

  #hear({ method, params }) {
    if (method === 'script.message') this.posted(JSON.parse(params.data.value));
    else this.console.push(params.text);
  }
}

const asText = (value) => ({ type: 'string', value: JSON.stringify(value) });
