// heapStrings is every string of a heap snapshot as the bytes it holds: a "binary string" becomes
// those bytes again, and text stays text.
export function heapStrings(snapshot) {
  return Buffer.from(JSON.parse(snapshot).strings.join('\n'), 'latin1');
}
