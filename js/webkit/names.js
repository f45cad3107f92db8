// What joins the three sides in a WebKitGTK shell: the message that brings the page's port to the
// relay, and the scheme by which the relay reaches the shell's own process.
export const channel = 'portcullis:link';
export const scheme = 'portcullis://link/';
