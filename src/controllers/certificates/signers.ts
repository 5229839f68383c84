/** The signers of Kubernetes: which requests each of them signs, and for how long (pkg/controller/certificates/signer). */
import type { CertificateRequest } from '../../resources/shared/certificate-request.ts';

/** Why a signer refuses a request, in upstream's words; undefined if it signs it. */
type Rule = (request: CertificateRequest, usages: readonly string[]) => string | undefined;

export const kubeletClientSigner = 'kubernetes.io/kube-apiserver-client-kubelet';

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['kubernetes.io/kube-apiserver-client', (_, usages) => wrongWithClient(usages)],
  [kubeletClientSigner, wrongWithKubeletClient],
  ['kubernetes.io/kubelet-serving', wrongWithKubeletServing],
  ['kubernetes.io/legacy-unknown', () => undefined],
]);

/** The rule of a signer; undefined for signers that are somebody else's. */
export const ruleOf = (signerName: string): Rule | undefined => rules.get(signerName);

function wrongWithClient(usages: readonly string[]): string | undefined {
  const allowed = ['digital signature', 'key encipherment', 'client auth'];
  const wrong = usages.find((usage) => !allowed.includes(usage));
  if (wrong !== undefined) return `invalid usage for client certificate: ${wrong}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

const nodesGroup = 'system:nodes';
const nodePrefix = 'system:node:';
const wrongName = `subject common name does not begin with ${nodePrefix}`;

/** What a kubelet's certificate is for: keys that are not RSA's encipher nothing. */
function wrongWithUsages(usages: readonly string[], purpose: string): string | undefined {
  const wanted = [purpose, 'digital signature', 'key encipherment'].sort();
  const asked = new Set(usages);
  const isAllowed = wanted.every((usage) => asked.has(usage) || usage === 'key encipherment') && usages.every((usage) => wanted.includes(usage));
  return isAllowed ? undefined : `usages did not match [${wanted.join(' ')}]`;
}

export function wrongWithKubeletClient(request: CertificateRequest, usages: readonly string[]): string | undefined {
  if (!isOfNodes(request)) return `subject organization is not ${nodesGroup}`;
  const has = (type: string) => request.names.some((name) => name.type === type);
  if (has('dns')) return 'DNS subjectAltNames are not allowed';
  if (has('email')) return 'Email subjectAltNames are not allowed';
  if (has('ip')) return 'IP subjectAltNames are not allowed';
  if (has('url')) return 'URI subjectAltNames are not allowed';
  if (!request.commonName.startsWith(nodePrefix)) return wrongName;
  return wrongWithUsages(usages, 'client auth');
}

function wrongWithKubeletServing(request: CertificateRequest, usages: readonly string[]): string | undefined {
  if (!isOfNodes(request)) return `subject organization is not ${nodesGroup}`;
  const has = (type: string) => request.names.some((name) => name.type === type);
  if (!has('dns') && !has('ip')) return 'DNS or IP subjectAltName is required';
  if (has('email')) return 'Email subjectAltNames are not allowed';
  if (has('url')) return 'URI subjectAltNames are not allowed';
  return wrongWithUsages(usages, 'server auth') ?? (request.commonName.startsWith(nodePrefix) ? undefined : wrongName);
}

const isOfNodes = ({ organizations }: CertificateRequest): boolean => organizations.length === 1 && organizations[0] === nodesGroup;

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const longestMs = 365 * 24 * hourMs;
const shortestMs = 10 * minuteMs;
const backdateMs = 5 * minuteMs;
/** From here on the end is moved with the beginning, so that the whole is not longer than asked for. */
const shortMs = 8 * hourMs;

/** From when to when a certificate is to be valid: a year, or shorter if that is asked for. */
export function validityOf(expirationSeconds: number | undefined, now: Date): { notBefore: Date; notAfter: Date } {
  const askedMs = expirationSeconds === undefined ? longestMs : expirationSeconds * secondMs;
  const durationMs = Math.max(shortestMs, Math.min(longestMs, askedMs));
  const start = now.getTime();
  return {
    notBefore: new Date(start - backdateMs),
    notAfter: new Date(start + durationMs - (durationMs < shortMs ? 0 : backdateMs)),
  };
}
