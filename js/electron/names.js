// The one channel of Electron's IPC, and the type of the message that brings the port to the page.
export const channel = 'portcullis:link';
