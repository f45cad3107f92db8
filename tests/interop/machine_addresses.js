// Every address that this machine's interfaces have, and how it would look to somebody who searches
// for it: as text in either case, as bytes, as a record of the boundary has it, and as STUN has it
// (XOR-MAPPED-ADDRESS). What a search of this kind finds is seen in its users' canary tests.
import { networkInterfaces } from 'node:os';

const cookie = [0x21, 0x12, 0xa4, 0x42];
const loopback = '127.0.0.1';

function bytesOf(text) {
  if (text.includes('.')) return text.split('.').map(Number);
  const [head, tail] = text.split('::').map((part) => part.split(':').filter(Boolean));
  const groups = tail ? [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail] : head;
  return groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]);
}

// With zeros, as a whole, and shortened: how an IPv6 address may be written.
function textsOf(text) {
  if (text.includes('.')) return [text];
  const groups = [];
  const bytes = bytesOf(text);
  for (let i = 0; i < 16; i += 2) groups.push(bytes[i] << 8 | bytes[i + 1]);
  return [...new Set([text, groups.map((n) => n.toString(16)).join(':'),
    groups.map((n) => n.toString(16).padStart(4, '0')).join(':')])];
}

export class MachineAddress {
  constructor(text) {
    this.text = text;
    this.texts = textsOf(text);
    const bytes = bytesOf(text);
    const family = bytes.length === 4 ? 4 : 6;
    const xored = bytes.slice(0, 4).map((byte, i) => byte ^ cookie[i]);
    /* 7f 00 00 01 is also a small number: of 127.0.0.1 only the record's form is searched for. */
    this.binary = [Buffer.from([family, ...bytes]), ...(text === loopback ? [] : [Buffer.from(bytes)]),
      ...(family === 4 ? [Buffer.from(xored)] : [])];
  }

  // textsIn: the spellings that are in a text, none of them preceded or followed by more of a number.
  textsIn(text) {
    const lower = text.toLowerCase();
    return this.texts.filter((spelling) => {
      const quoted = spelling.replace(/\./g, '\\.');
      return new RegExp(`(?<![\\w.:])${quoted}(?![\\w:]|\\.\\d)`).test(lower);
    });
  }

  // formsIn: how the address is in bytes, text included.
  formsIn(bytes) {
    return [...this.textsIn(bytes.toString('latin1')),
      ...this.binary.filter((form) => bytes.includes(form)).map((form) => form.toString('hex'))];
  }
}

// machineAddresses: those of all interfaces, loopback too. ::1 as a text is in too many others.
export function machineAddresses() {
  const texts = Object.values(networkInterfaces()).flat().map(({ address }) => address.split('%')[0]);
  return [...new Set([loopback, ...texts])].filter((text) => text !== '::1').map((text) => new MachineAddress(text));
}
