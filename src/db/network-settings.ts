import * as z from 'zod';
import { overlap, parseCidr, parseRange } from '../lib/ip-range.ts';

const Cidr = z.string().refine((text) => parseCidr(text) !== undefined, 'must be a network, as 10.96.0.0/16 or fd00:96::/112');

/** One network, or one of each family; the first one's family is the default of the cluster. */
const Cidrs = z
  .array(Cidr)
  .min(1)
  .max(2)
  .refine(([a, b]) => b === undefined || parseCidr(a!)?.family !== parseCidr(b)?.family, 'must not hold two of one family');

const Pools = z
  .array(z.string().refine((text) => parseRange(text) !== undefined, 'must be a network, or a range as 192.0.2.10-192.0.2.20'))
  .max(100)
  .refine((pools) => {
    const ranges = pools.flatMap((pool) => parseRange(pool) ?? []);
    return ranges.every((range, i) => ranges.every((other, j) => j <= i || !overlap(range, other)));
  }, 'must not overlap');

/** The settings of a cluster about addresses. */
export const NetworkSettings = {
  network: z.strictObject({
    /**
     * Where Services get their cluster IPs, as kube-apiserver's `--service-cluster-ip-range`. The first start of a cluster
     * makes its ServiceCIDR `kubernetes` of it; after that only a second family can come.
     */
    serviceCIDRs: Cidrs.default(['10.96.0.0/16']),
    /** Where nodes get the networks of their pods, as kube-controller-manager's `--cluster-cidr`. */
    clusterCIDRs: Cidrs.default(['10.128.0.0/9']),
    /** The size of such a network, as `--node-cidr-mask-size-ipv4` and `-ipv6`. */
    nodeCIDRMaskSizes: z
      .strictObject({ IPv4: z.int().min(8).max(30).default(24), IPv6: z.int().min(16).max(126).default(64) })
      .prefault({}),
  }),
  /** The addresses of Services of type LoadBalancer without a class: networks, and ranges `FIRST-LAST`. Without any they wait. */
  loadBalancer: z.strictObject({ pools: Pools.default([]) }),
};
