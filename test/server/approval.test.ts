import { expect, it } from 'vitest';
import { testCluster } from './support/cluster.ts';

const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${btoa('\x30\x03\x02\x01\x00')}\n-----END CERTIFICATE REQUEST-----\n`;
const request = {
  metadata: { name: 'ada' },
  spec: { request: btoa(pem), signerName: 'example.com/signer', usages: ['client auth'], username: 'root' },
};
const approved = { conditions: [{ type: 'Approved', status: 'True', reason: 'Known' }] };

it('a request is made in the name of its user, and decided through approval only', async () => {
  const { ok, request: send } = await testCluster();
  const made = await ok('POST', path, request, { user: { name: 'ada', uid: '7', groups: ['staff', 'system:masters'] } });
  expect(made.spec).toMatchObject({ username: 'ada', uid: '7', groups: ['staff', 'system:masters', 'system:authenticated'] });
  expect(made.status).toEqual({});

  const decided = { ...request, spec: { ...request.spec, usages: ['any'] }, status: approved };
  expect(await ok('PUT', `${path}/ada`, decided)).toMatchObject({ spec: made.spec, status: {} });
  const refused = await send('PUT', `${path}/ada/status`, decided);
  expect([refused.status, refused.body.message]).toEqual([
    422,
    'CertificateSigningRequest.certificates.k8s.io "ada" is invalid: status.conditions: Forbidden: updates may not add a condition of type "Approved"',
  ]);
  const times = { lastTransitionTime: '2026-05-01T12:00:00Z', lastUpdateTime: '2026-05-01T12:00:00Z' };
  const answer = await ok('PUT', `${path}/ada/approval`, decided);
  expect(answer.status).toEqual({ conditions: [{ ...approved.conditions[0], ...times }] });
  expect(answer.spec).toEqual(made.spec);
  expect(answer.metadata.managedFields).toContainEqual(
    expect.objectContaining({ subresource: 'approval', fieldsV1: { 'f:status': { 'f:conditions': expect.anything() } } }),
  );
  expect(await ok('GET', `${path}/ada/approval`)).toEqual(answer);
});

it('other kinds have no approval', async () => {
  const { request: send } = await testCluster();
  expect((await send('GET', '/api/v1/namespaces/default/approval')).status).toBe(404);
});
