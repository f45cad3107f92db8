// What a description says of its sections, for script that asks a transport. What is acted on is
// parsed by the core; this decides nothing.

// offersData: is there a section for data channels that is not refused?
export function offersData(sdp) {
  return /^m=application [1-9]/m.test(sdp);
}

// isLite: is its sender a lite agent?
export function isLite(sdp) {
  return /^a=ice-lite\r?$/m.test(sdp);
}

// readIceLines gives { usernameFragment, password, candidates } of the section of that index; what
// a section does not say, the lines before the first section do.
export function readIceLines(sdp, mLineIndex) {
  const [session, ...sections] = sdp.split(/^m=/m).map((text) => text.split(/\r?\n/));
  const section = sections[mLineIndex] ?? [];
  const find = (prefix) => [section, session].map((lines) => valueOf(lines, prefix)).find((value) => value);
  return {
    usernameFragment: find('a=ice-ufrag:'),
    password: find('a=ice-pwd:'),
    candidates: section.filter((line) => line.startsWith('a=candidate:')).map((line) => line.slice(2)),
  };
}

function valueOf(lines, prefix) {
  return lines.find((line) => line.startsWith(prefix))?.slice(prefix.length);
}
