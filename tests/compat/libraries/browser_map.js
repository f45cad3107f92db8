// A hook for Node's import: gives @libp2p/webrtc the files that its own package.json names for pages
// in "browser", as a bundler does. They take WebRTC from the globals; those for Node bring their own.
import { readFileSync } from 'node:fs';

const folder = new URL('../../../node_modules/@libp2p/webrtc/', import.meta.url);
const { browser } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
const instead = new Map(Object.entries(browser).filter(([, to]) => to)
  .map((pair) => pair.map((file) => new URL(file, folder).href)));

export async function resolve(specifier, context, nextResolve) {
  const found = await nextResolve(specifier, context);
  return { ...found, url: instead.get(found.url) ?? found.url };
}
