import { builtinPlugins } from '../../src/admission/index.ts';
import type { AdmissionPlugin } from '../../src/admission/plugin.ts';
import { testCluster, type Answer, type TestCluster } from '../server/support/cluster.ts';

export const podsPath = '/api/v1/namespaces/default/pods';

/** A cluster with these plugins and the account `default`; with all of them, if none are named. */
export async function admissionCluster(admission: readonly AdmissionPlugin[] = builtinPlugins): Promise<TestCluster> {
  const cluster = await testCluster({ admission });
  await cluster.ok('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
  return cluster;
}

/** A pod of one container. */
export const pod = (name: string, { spec = {}, container = {}, metadata = {} }: { spec?: object; container?: object; metadata?: object } = {}) => ({
  metadata: { name, ...metadata },
  spec: { containers: [{ name: 'main', image: 'image', ...container }], ...spec },
});

/** The warnings of an answer, as sentences. */
export const warningsOf = ({ headers }: Answer): string[] =>
  [...(headers.get('warning') ?? '').matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text!.replace(/\\(.)/g, '$1'));
