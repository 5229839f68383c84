import ipaddr from 'ipaddr.js';

/**
 * Why a URL that users chose may not be reached from a platform that serves many: it names an address that is not public. Names
 * are judged as names; what they resolve to is the platform's to guard, whose network reaches the public internet only.
 */
export function whyNotPublic(url: string): string | undefined {
  const host = new URL(url).hostname.toLowerCase().replace(/\.$/, '');
  const address = host.startsWith('[') ? host.slice(1, -1) : host;
  if (ipaddr.isValid(address)) {
    const range = ipaddr.process(address).range();
    return range === 'unicast' ? undefined : `dial tcp ${host}: the address is not public`;
  }
  const isLocal = !host.includes('.') || /\.(?:localhost|local|internal|home\.arpa)$/.test(host);
  return isLocal ? `dial tcp: lookup ${host}: the name is not public` : undefined;
}
