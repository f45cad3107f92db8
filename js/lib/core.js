// The core as WebAssembly: SDP, negotiation and the boundary's codec from the same C files that the
// host is built from. The only file that knows WebAssembly or a pointer. What the core says gives the
// page early and exact errors; it is no boundary, and the host checks everything again.
import { CodecError, decode, encode } from './codec.js';
import { Negotiation } from './negotiation.js';
import { AddressFamily, Status, statusByNumber } from './names.js';

const headerBytes = 6;
const directions = { toHost: 0, toPage: 1 };
const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

// What stands for an address that is not told (draft-ietf-mmusic-mdns-ice-candidates 3.1.2).
const noAddress = { family: AddressFamily.ipv4, bytes: new Uint8Array(16), port: 9 };

/** What the core refused: status is its number in status.def, name the row's, line that of a text. */
export class CoreError extends Error {
  constructor(status, line = 0) {
    const row = statusByNumber.get(status) ?? Status.OPERATION;
    super(row.sentence);
    this.name = row.name;
    this.status = status;
    this.line = line;
  }
}

/** The bytes of a response, of a promise for one, of a buffer or of a view. */
async function bytesOf(source) {
  const given = await source;
  return typeof given?.arrayBuffer === 'function' ? given.arrayBuffer() : given;
}

const imports = { env: { emscripten_notify_memory_growth() {} } };

/** Compiles core.wasm. Whole, not streaming: shells serve it without a content type. */
export async function loadCore(source) {
  const { instance } = await WebAssembly.instantiate(await bytesOf(source), imports);
  return coreOf(instance);
}

/** Compiles core.wasm at once, from its bytes, where scripts must find it before they run. */
export function compileCore(bytes) {
  return coreOf(new WebAssembly.Instance(new WebAssembly.Module(bytes), imports));
}

function coreOf({ exports }) {
  exports._initialize();
  return new Core(exports);
}

/** One instance of the module. Calls put bytes in, take a number and perhaps bytes out. */
class Module {
  #exports;

  constructor(exports) {
    this.#exports = exports;
  }

  get memory() {
    return this.#exports.memory;
  }

  /** A number from the export of that name. */
  call(name, ...args) {
    return this.#exports[`pcs_wasm_${name}`](...args);
  }

  /** Throws unless the export of that name gives status 0. */
  must(name, ...args) {
    const status = this.call(name, ...args);
    if (status !== Status.OK.number) throw new CoreError(status);
  }

  /** Puts bytes or text in; the result is their length, which the next call wants. */
  put(input) {
    const bytes = typeof input === 'string' ? textEncoder.encode(input) : input;
    const offset = this.call('input', bytes.length);
    if (offset === 0) throw new CoreError(Status.TOO_LARGE.number);
    new Uint8Array(this.memory.buffer, offset, bytes.length).set(bytes);
    return bytes.length;
  }

  /** Puts in the body of a message of the boundary. */
  putBody(name, fields) {
    try {
      return this.put(encode(name, fields).subarray(headerBytes));
    } catch (error) {
      throw error instanceof CodecError ? new CoreError(error.status.number) : error;
    }
  }

  /** A copy of the bytes that the last call left. */
  bytes() {
    return new Uint8Array(this.memory.buffer, this.call('output'), this.call('output_len')).slice();
  }

  text() {
    return textDecoder.decode(this.bytes());
  }

  /** The fields that the last call left: numbers by their width, and texts. */
  fields() {
    const bytes = this.bytes();
    const view = new DataView(bytes.buffer);
    let at = 0;
    const number = (width) => {
      at += width;
      return view[`getUint${8 * width}`](at - width);
    };
    return {
      u8: () => number(1),
      u16: () => number(2),
      u32: () => number(4),
      text: () => {
        const length = number(2);
        at += length;
        return textDecoder.decode(bytes.subarray(at - length, at));
      },
    };
  }

  /** The message that the last call left. */
  message() {
    const record = this.bytes();
    return decode((record[4] << 8) | record[5], record.subarray(headerBytes));
  }

  fail(status, line) {
    throw new CoreError(status, line);
  }
}

class Core {
  #module;

  constructor(exports) {
    this.#module = new Module(exports);
  }

  /** Everything the core knows, for the test that looks for secrets in it. */
  get memory() {
    return this.#module.memory;
  }

  /** local: the facts of PEER_OPENED. */
  newNegotiation(local) {
    return new Negotiation(this.#module, local);
  }

  /** {scheme, transport, port, host}, the numbers being ServerScheme's and Transport's. */
  parseIceServerUrl(url) {
    this.#module.must('server_url_read', this.#module.put(url));
    const [{ scheme, transport, port, host }] = this.#module.message().servers;
    return { scheme, transport, port, host };
  }

  /** "candidate:..." for a candidate record; one whose address is hidden shows 0.0.0.0 and port 9. */
  candidateText(record) {
    const hidden = record.address.family === AddressFamily.none;
    const candidate = hidden ? { ...record, address: noAddress } : record;
    const fields = { peer: 0, generation: 0, candidate, url: '' };
    this.#module.must('candidate_write', this.#module.putBody('candidateFound', fields));
    return this.#module.text();
  }

  /** The candidate record of a text; UNSUPPORTED for one that must be ignored. */
  parseCandidate(text) {
    this.#module.must('candidate_read', this.#module.put(text));
    return this.#module.message().candidate;
  }

  /** The status of one whole record that travels 'toHost' or 'toPage'. */
  checkMessage(direction, recordBytes) {
    return this.#module.call('check_message', directions[direction], this.#module.put(recordBytes));
  }
}
