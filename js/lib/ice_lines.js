// What a description says of ICE in one of its sections, for script that asks an RTCIceTransport.
// What is acted on is parsed by the core; this decides nothing.

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
