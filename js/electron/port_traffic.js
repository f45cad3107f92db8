// What travels over a message port between a frame and the trusted process: bytes of the link as a
// Uint8Array, a number that says how many bytes were taken on, and, last, a text that says why the link
// has ended. Ports have no back-pressure of their own; the numbers are it.

// Bytes that may be under way before a side holds back.
export const underWayBytesMax = 1024 * 1024;
// Bytes under way after which the trusted process ends a frame that does not hold back.
export const floodBytesMax = 16 * 1024 * 1024;

// isBytes: the port's other end may be of another realm, whose Uint8Array is not ours.
export function isBytes(data) {
  return ArrayBuffer.isView(data) && data.BYTES_PER_ELEMENT === 1;
}
