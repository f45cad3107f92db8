// The kinds of places that a host may be at, each built from namespaces and nftables between the
// host and the public segment: a bridge in the root namespace with a STUN and TURN server on it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { commandIn, ip, makeNamespaces, nft, sysctl } from './namespaces.js';

export const server = { ipv4: '203.0.113.1', ipv6: '2001:db8:113::1', relay: '203.0.113.2' };
/* RFC 6052: a prefix of the network's own. tayga refuses the well-known one for addresses of examples. */
const nat64Prefix = '2001:db8:64::';
const world = 254; /* the number of its place on the public segment */

// makePublicSegment makes the bridge that every site's uplink is plugged into.
export function makePublicSegment() {
  ip(null, ['link set lo up', 'link add pub type bridge forward_delay 0', 'link set pub up',
    `addr add ${server.ipv4}/24 dev pub`, `addr add ${server.relay}/24 dev pub`,
    `addr add ${server.ipv6}/64 dev pub nodad`]);
  sysctl(null, 'net.ipv6.conf.all.forwarding=1');
  /* The rest of the world: it swallows what is sent to private addresses, where coturn would meet an
   * error and end the relaying. */
  makeNamespaces(['world']);
  plugIn('world', world);
  ip('world', [`addr add ${publicAddress(world)}/24 dev wan`, 'link set wan up']);
  ip(null, [`route add default via ${publicAddress(world)}`]);
}

// ---- links ----

function plugIn(name, number) {
  ip(null, [`link add up${number} type veth peer name wan netns ${name}`, `link set up${number} master pub up`]);
}

function publicAddress(number) {
  return `203.0.113.${number}`;
}

function join4(inner, outer, { subnet, lan = 'lan', wan = 'wan' }) {
  ip(null, [`link add ${lan} netns ${outer} type veth peer name ${wan} netns ${inner}`]);
  ip(outer, [`addr add ${subnet}.1/24 dev ${lan}`, `link set ${lan} up`]);
  ip(inner, [`addr add ${subnet}.2/24 dev ${wan}`, `link set ${wan} up`, `route add default via ${subnet}.1`]);
}

// ---- address translators ----

/* What is not asked for is dropped before it is known, so that it cannot take a mapping's place. */
const base = `
table inet filter {
  chain input { type filter hook input priority filter; iifname "wan" ct state new drop; }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    iifname "lan*" oifname "wan" accept
    ct status dnat accept
  }
}`;

const remember = 'update @mapped { udp sport : ip saddr . udp sport }';
const toMapped = 'dnat ip to udp dport map @mapped';

function translator({ leaving, arriving = '', turningBack = '' }) {
  return `${base}
table ip nat {
  map mapped { typeof udp sport : ip saddr . udp sport; flags dynamic,timeout; timeout 5m; }
  set asked { typeof ip daddr . udp sport; flags dynamic,timeout; timeout 5m; }
  chain in { type nat hook prerouting priority dstnat;
    ${arriving}
  }
  chain out { type nat hook postrouting priority srcnat;
    ${turningBack}
    ${leaving}
    oifname "wan" masquerade
  }
}`;
}

// RFC 4787 4 and 5: how translators map, and whom they let in.
const translators = {
  /* Linux keeps the port while it can, and lets in only what was asked for by address and port. */
  'port-restricted': translator({ leaving: '' }),
  symmetric: translator({ leaving: 'oifname "wan" masquerade random,fully-random' }),
  'full-cone': translator({
    leaving: `oifname "wan" meta l4proto udp ${remember} masquerade`,
    arriving: `iifname "wan" meta l4proto udp ${toMapped}`,
  }),
  restricted: translator({
    leaving: `oifname "wan" meta l4proto udp ${remember} update @asked { ip daddr . udp sport } masquerade`,
    arriving: `iifname "wan" meta l4proto udp ip saddr . udp dport @asked ${toMapped}`,
  }),
};

function makeRouter(name, number) {
  sysctl(name, 'net.ipv4.ip_forward=1');
  plugIn(name, number);
  ip(name, [`addr add ${publicAddress(number)}/24 dev wan`, 'link set wan up']);
}

function behindTranslator(kind) {
  return (site) => {
    const router = `${site.name}-nat`;
    makeNamespaces([router, site.name]);
    makeRouter(router, site.number);
    join4(site.name, router, { subnet: `10.0.${site.number}` });
    nft(router, translators[kind]);
    return router;
  };
}

function doubly(site) {
  const [outer, inner] = [`${site.name}-outer`, `${site.name}-inner`];
  makeNamespaces([outer, inner, site.name]);
  makeRouter(outer, site.number);
  sysctl(inner, 'net.ipv4.ip_forward=1');
  join4(inner, outer, { subnet: `100.64.${site.number}` });
  join4(site.name, inner, { subnet: `10.0.${site.number}` });
  for (const router of [outer, inner]) nft(router, translators['port-restricted']);
}

function withoutUdp(site) {
  const router = behindTranslator('port-restricted')(site);
  nft(router, 'insert rule inet filter forward meta l4proto udp drop');
}

function open(site) {
  makeNamespaces([site.name]);
  plugIn(site.name, site.number);
  ip(site.name, [`addr add ${publicAddress(site.number)}/24 dev wan`, 'link set wan up']);
}

// ---- IPv6 ----

function makeIpv6Lan(site, router, prefix) {
  sysctl(router, 'net.ipv6.conf.all.forwarding=1');
  ip(null, [`link add lan netns ${router} type veth peer name wan netns ${site.name}`]);
  ip(router, [`addr add ${prefix}::1/64 dev lan nodad`, 'link set lan up']);
  ip(site.name, [`addr add ${prefix}::2/64 dev wan nodad`, 'link set wan up', `route add default via ${prefix}::1`]);
}

/* RFC 6092: a router that lets in what was asked for. */
function ipv6Only(site) {
  const router = `${site.name}-fw`;
  const prefix = `2001:db8:${site.number}`;
  makeNamespaces([router, site.name]);
  plugIn(router, site.number);
  ip(router, [`addr add 2001:db8:113::${site.number}/64 dev wan nodad`, 'link set wan up',
    `route add default via ${server.ipv6}`]);
  makeIpv6Lan(site, router, prefix);
  nft(router, base);
  ip(null, [`route add ${prefix}::/64 via 2001:db8:113::${site.number}`]);
}

// RFC 6146: tayga translates addresses one to one, Linux then shares one public address.
function nat64(site) {
  const router = `${site.name}-nat64`;
  const folder = mkdtempSync(join(tmpdir(), 'tayga-'));
  const configuration = join(folder, 'tayga.conf');
  makeNamespaces([router, site.name]);
  makeRouter(router, site.number);
  makeIpv6Lan(site, router, `2001:db8:${site.number}`);
  nft(router, `${translators['port-restricted']}
    insert rule inet filter forward iifname "tun0" oifname "wan" accept
    insert rule inet filter forward iifname "lan" oifname "tun0" accept`);
  writeFileSync(configuration, `tun-device tun0\nipv4-addr 192.168.255.1\nprefix ${nat64Prefix}/96\n`
    + `ipv6-addr 2001:db8:${site.number}::64\ndynamic-pool 192.168.255.0/24\ndata-dir ${folder}\n`);
  const [program, args] = commandIn(router, 'tayga', '-c', configuration);
  for (const last of [['--mktun'], []]) {
    const { status, stderr } = spawnSync(program, [...args, ...last], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`tayga: ${stderr}`);
    if (last.length > 0) ip(router, ['link set tun0 up', 'route add 192.168.255.0/24 dev tun0', `route add ${nat64Prefix}/96 dev tun0`]);
  }
}

// ---- two hosts behind one translator ----

/* Guests that may not speak with each other but by the public address, if it turns back (RFC 4787 6). */
function sharing(turnsBack) {
  return (sites) => {
    const router = `${sites[0].name}-nat`;
    makeNamespaces([router, ...sites.map(({ name }) => name)]);
    makeRouter(router, sites[0].number);
    sites.forEach((site, i) => join4(site.name, router, { subnet: `10.0.${site.number}`, lan: `lan${i}` }));
    const outside = publicAddress(sites[0].number);
    nft(router, turnsBack ? translator({
      leaving: `oifname "wan" meta l4proto udp ${remember} masquerade`,
      arriving: `iifname "wan" meta l4proto udp ${toMapped}
        iifname "lan*" ip daddr ${outside} meta l4proto udp ${toMapped}`,
      turningBack: `iifname "lan*" oifname "lan*" snat ip to ${outside}`,
    }) : translators['port-restricted']);
  };
}

// ---- all of them ----

const literal = (kind) => ({ ipv6: `[${server.ipv6}]`, nat64: `[${nat64Prefix}cb00:7101]` })[kind] ?? server.ipv4;

// builders: one host each.
const builders = { open, ...Object.fromEntries(Object.keys(translators).map((kind) => [kind, behindTranslator(kind)])),
  double: doubly, 'no-udp': withoutUdp, ipv6: ipv6Only, nat64 };
// sharers: two hosts together.
const sharers = { hairpin: sharing(true), 'no-hairpin': sharing(false) };

let last = 9;
const makeSite = (kind, side) => ({ kind, name: `${kind}-${side}`, number: ++last, server: literal(kind) });

// makeSites makes two sites of every kind but those in without: { kind: [site, site] }.
export function makeSites(without) {
  const made = {};
  for (const [kind, build] of Object.entries({ ...builders, ...sharers })) {
    if (without.includes(kind)) continue;
    made[kind] = [makeSite(kind, 'a'), makeSite(kind, 'b')];
    if (sharers[kind]) build(made[kind]);
    else made[kind].forEach(build);
  }
  return made;
}
