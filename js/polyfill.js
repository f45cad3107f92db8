// The door for programs written for a browser: importing it gives Node the WebRTC globals.
import { ready } from './polyfill_ready.js';

await ready;

export { ready };
