// Portcullis with the WebRTC libraries of Node: each in a process of its own, both roles.
// The host is the sanitizers' build where there is one (npm test makes it): real traffic under ASan.
import { existsSync } from 'node:fs';
import { NodeEnd } from './ends/node.js';
import { essentials } from './cases.js';
import { programPath } from './host.js';
import { playAll } from './play.js';

process.env.PORTCULLIS_BUILD ??= existsSync(programPath('portcullis-worker', 'debug')) ? 'debug' : 'release';

const ours = () => NodeEnd.open('portcullis');

for (const peer of ['node-datachannel', 'wrtc', 'werift']) {
  const theirs = () => NodeEnd.open(peer);
  playAll(`Portcullis to ${peer}`, essentials(peer, 'b'), ours, theirs);
  playAll(`${peer} to Portcullis`, essentials(peer, 'a'), theirs, ours);
}
