// A display of its own for tests of windows: Xvfb, a window manager, keys and clicks, and pictures
// of what stands on it (build/screens/*.png), for people to look at.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import { within } from '../page.js';

const run = promisify(execFile);
const screens = fileURLToPath(new URL('../../../build/screens/', import.meta.url));
const needed = ['Xvfb', 'openbox', 'xdotool'];

/** What is missing for tests on a display, as a reason to skip them; false when nothing is. */
export function missingForDisplay() {
  const missing = needed.filter((program) => {
    try {
      execFileSync('sh', ['-c', `command -v ${program}`]);
      return false;
    } catch {
      return true;
    }
  });
  return missing.length > 0 && `${missing.join(', ')} not installed`;
}

/** The first line of a stream. */
function firstLine(stream, what) {
  let text = '';
  return within(
    new Promise((resolve) => {
      stream.on('data', (bytes) => {
        text += bytes;
        if (text.includes('\n')) resolve(text.split('\n')[0]);
      });
    }),
    what,
  );
}

export class Display {
  #folder = mkdtempSync(join(tmpdir(), 'portcullis-display-'));
  #children = [];
  env;

  static async start({ dark = false, size = '1280x800' } = {}) {
    const display = new Display();
    const config = join(display.#folder, 'gtk-4.0');
    mkdirSync(config);
    writeFileSync(
      join(config, 'settings.ini'),
      `[Settings]\ngtk-application-prefer-dark-theme=${dark ? 1 : 0}\ngtk-enable-animations=0\ngtk-cursor-blink=0\n`,
    );
    const server = spawn(
      'Xvfb',
      ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp', '-fbdir', display.#folder, '-noreset'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
    );
    display.#children.push(server);
    const number = await firstLine(server.stdio[3], 'Xvfb');
    display.env = {
      PATH: process.env.PATH, HOME: display.#folder, DISPLAY: `:${number}`, XDG_CONFIG_HOME: display.#folder, LANG: 'C.UTF-8',
    };
    const openbox = spawn('openbox', ['--sm-disable', '--startup', 'echo ready'], {
      env: display.env, stdio: ['ignore', 'pipe', 'ignore'],
    });
    display.#children.push(openbox);
    await firstLine(openbox.stdout, 'openbox');
    return display;
  }

  /** xdotool with these words; what it prints. */
  async do(...words) {
    const { stdout } = await run('xdotool', words.map(String), { env: this.env, timeout: 20_000 });
    return stdout.trim();
  }

  /** The windows now on the display whose title fits. */
  async windows(title) {
    try {
      return (await this.do('search', '--onlyvisible', '--name', title)).split('\n').filter(Boolean);
    } catch {
      return []; // xdotool's answer when there is none
    }
  }

  /** Waits until so many windows have the title. */
  waitForWindows(title, num) {
    return this.#waitFor(() => this.windows(title), (found) => found.length === num, `${num} windows called ${title}`);
  }

  /** All that stands on the display now: frames of windows, and the lists and menus that have no title. */
  standing() {
    return this.#waitForStanding(() => true, 'a look at the windows');
  }

  /** Waits until one stands there that is not of those before, and gives it. */
  async waitForNew(before) {
    const isNew = (one) => !before.includes(one);
    return (await this.#waitForStanding((all) => all.some(isNew), 'a new window')).find(isNew);
  }

  /** Waits until that one does not stand there any more. */
  async waitUntilGone(one) {
    await this.#waitForStanding((all) => !all.includes(one), 'a window to go');
  }

  #waitForStanding(fits, what) {
    // xdotool fails when one goes while it looks.
    const look = () => this.do('search', '--onlyvisible', '--maxdepth', '1', '--class', '').then((text) => text.split('\n'), () => null);
    return this.#waitFor(look, (all) => all !== null && fits(all), what);
  }

  async #waitFor(find, fits, what) {
    let over = false;
    const ask = async () => {
      while (!over) {
        const found = await find();
        if (fits(found)) return found;
        await new Promise((resolve) => setImmediate(resolve));
      }
      return undefined;
    };
    return within(ask(), what).finally(() => (over = true));
  }

  /** Where a window stands. */
  async geometry(window) {
    const text = await this.do('getwindowgeometry', '--shell', window);
    const values = Object.fromEntries(text.split('\n').map((line) => line.split('=')));
    return { x: Number(values.X), y: Number(values.Y), width: Number(values.WIDTH), height: Number(values.HEIGHT) };
  }

  /** Writes what stands on the display now to build/screens/NAME.png. */
  picture(name) {
    mkdirSync(screens, { recursive: true });
    writeFileSync(join(screens, `${name}.png`), pngOf(readFileSync(join(this.#folder, 'Xvfb_screen0'))));
  }

  stop() {
    for (const child of this.#children.reverse()) child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

// ---- the server's frame buffer (an XWD file, 32 bits a pixel, lowest byte blue) as a PNG ----

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(data.length, 0);
  around.writeUInt32BE(checksum(body), 4);
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)]);
}

function checksum(bytes) {
  if (crc32) return crc32(bytes);
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

function pngOf(xwd) {
  const field = (index) => xwd.readUInt32BE(4 * index);
  const [width, height, stride] = [field(4), field(5), field(12)];
  const start = field(0) + 12 * field(19);
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0, to = 0; y < height; y++) {
    to++; // no filter
    for (let x = 0, from = start + y * stride; x < width; x++, from += 4) {
      rows[to++] = xwd[from + 2];
      rows[to++] = xwd[from + 1];
      rows[to++] = xwd[from];
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const mark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([mark, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}
