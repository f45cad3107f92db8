// Real hosts in a real network: Portcullis Node programs in network namespaces behind translators
// made of nftables, each kind calling every other. See unshared.js for what this needs.
import assert from 'node:assert/strict';
import test from 'node:test';
import { expectedLevels, levelOf } from './expected.js';
import { callAll, leftOut, whyNot } from './unshared.js';

const timeout = 120_000;
const skip = whyNot() ?? false;
const without = skip ? {} : leftOut();

let results;
test.before(async () => {
  if (!skip) results = await callAll(Object.keys(without));
}, { timeout });

const titles = {
  open: 'no translator',
  'full-cone': 'a full-cone translator',
  restricted: 'an address-restricted translator',
  'port-restricted': 'a port-restricted translator',
  symmetric: 'a symmetric translator',
  double: 'two translators, one behind the other',
  'no-udp': 'a firewall that lets no UDP through',
  ipv6: 'an IPv6 firewall, without IPv4',
  nat64: 'a NAT64, without IPv4',
  hairpin: 'one translator that turns back, with the other host',
  'no-hairpin': 'one translator that does not turn back, with the other host',
};

for (const [kind, title] of Object.entries(titles)) {
  test(`from a host behind ${title}: data arrives, by the best way there is`, { timeout, skip: skip || without[kind] }, (t) => {
    const own = results.filter(({ from, to }) => from === kind || to === kind);
    assert.ok(own.length >= (kind.endsWith('hairpin') ? 1 : 7), `only ${own.length} calls were made`);
    for (const { from, to, error, types, ms, protocol } of own) {
      assert.equal(error, undefined, `${from} to ${to}: ${error}`);
      const level = levelOf(types);
      t.diagnostic(`${from} to ${to}: ${types.join('-')} over ${protocol} after ${ms} ms`);
      assert.ok(expectedLevels(from, to).includes(level), `${from} to ${to}: ${types}, not ${expectedLevels(from, to)}`);
    }
  });
}

test('a host without UDP reaches its relay by TCP', { timeout, skip }, () => {
  const { protocol } = results.find(({ from, to }) => from === 'no-udp' && to === 'no-udp');
  assert.equal(protocol, 'tcp');
});
