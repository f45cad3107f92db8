// What has to come of a call between two kinds of places, by how they map and filter (RFC 4787, RFC
// 5128). matrix_test.c says the same of the virtual network, and is stricter: it has no TCP candidates
// and no policy that hides host addresses.
/* Where nothing translates: a host address that was not told is met as a reflexive one. */
const direct = ['host', 'reflexive'];

// levelOf the two candidates' types: what the worse of them needs.
export function levelOf(types) {
  if (types.includes('relay')) return 'relay';
  return types.every((type) => type === 'host') ? 'host' : 'reflexive';
}

// expectedLevels of a call: more than one where it depends on which packet is first.
export function expectedLevels(from, to) {
  const both = [from, to];
  const is = (kind) => both.includes(kind);
  if (is('hairpin')) return ['reflexive'];
  /* RFC 6544: a host without UDP may reach an open one by TCP. */
  if (is('no-udp') && is('open')) return ['reflexive', 'relay'];
  if (is('no-hairpin') || is('no-udp') || is('nat64')) return ['relay'];
  if (is('ipv6')) return from === to ? direct : ['relay'];
  if (is('symmetric')) {
    /* A mapping that nobody can foretell reaches only those who let in any port of its address, and
     * those only once they have sent something there themselves. */
    const other = from === 'symmetric' ? to : from;
    if (['symmetric', 'port-restricted', 'double'].includes(other)) return ['relay'];
    return other === 'restricted' ? ['reflexive', 'relay'] : ['reflexive'];
  }
  return from === 'open' && to === 'open' ? direct : ['reflexive'];
}
