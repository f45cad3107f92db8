// The door for programs written for a browser: importing it gives Node the WebRTC globals. The origin
// is PORTCULLIS_ORIGIN, or one that no server has.
import { connect, install } from './node.js';

const session = await connect({ origin: process.env.PORTCULLIS_ORIGIN ?? 'https://node.invalid' });
install(globalThis, session);
