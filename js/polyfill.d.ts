export { ready } from './polyfill_ready.js';
