import { stringify } from 'yaml';

export interface KubeconfigInput {
  /** The cluster's name: that of its context. */
  name: string;
  /** The cluster's address, `https://HOST/clusters/ID`. */
  server: string;
  user: string;
  token: string;
  /** PEM of the authority behind the server's certificate, where it is not a public one. */
  certificateAuthority?: string;
}

/** A kubeconfig with one cluster, one user and one context, which is the current one. */
export function kubeconfig(input: KubeconfigInput): string {
  const { name, server, token, certificateAuthority } = input;
  const user = `${input.user}@${name}`;
  const authority = certificateAuthority && { 'certificate-authority-data': btoa(certificateAuthority) };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { ...authority, server } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name, context: { cluster: name, user } }],
    'current-context': name,
  };
  return stringify(config, { lineWidth: 0 });
}
