// Portcullis with the WebRTC libraries of Node: each in a process of its own, both roles.
import test from 'node:test';
import { NodeEnd } from './ends/node.js';
import { essentials } from './cases.js';
import { playAll } from './play.js';

const ours = () => NodeEnd.open('portcullis');

for (const peer of ['node-datachannel', 'wrtc', 'werift']) {
  const theirs = () => NodeEnd.open(peer);
  playAll(`Portcullis to ${peer}`, essentials(peer, 'b'), ours, theirs);
  playAll(`${peer} to Portcullis`, essentials(peer, 'a'), theirs, ours);
}
