// The door that is the same everywhere: every interface, install, and what a shell needs to make a
// session over a link of its own. browser.js and node.js add connect().
export { install } from './lib/install.js';
export { Link } from './lib/link.js';
export { compileCore, loadCore } from './lib/core.js';
export { requestRight } from './lib/rights.js';
export { Session } from './lib/session.js';
export * from './lib/interfaces.js';
