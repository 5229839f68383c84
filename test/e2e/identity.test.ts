import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCertificates } from '../../src/dev/certificates.ts';
import { callHttps } from '../../src/dev/https.ts';
import { certificateRequest } from '../support/certificates.ts';
import { accessTo, management, type Access } from './support/api-watch.ts';
import { LocalServer } from './support/local-server.ts';

const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

describe('who one can be in a cluster', () => {
  let server: LocalServer;
  let own: Access;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'identity-'));
    server = await LocalServer.start({ nodes: 0 });
    own = await accessTo(server);
  });
  afterAll(async () => {
    await server?.remove();
    await rm(folder, { recursive: true });
  });

  const call = async (path: string, options: { body?: object; token?: string; method?: string } = {}) => {
    const { token = own.token, body, method = body ? 'POST' : 'GET' } = options;
    const answer = await callHttps(own.server + path, { authority: own.authority, token, body, method });
    return { status: answer.status, body: JSON.parse(answer.body) as any };
  };
  const userOf = async (token: string) => {
    const { status, body } = await call(whoAmI, { token, body: {} });
    return status === 201 ? body.status.userInfo : status;
  };

  describe('by an outside issuer', () => {
    let issuer: Server;
    let url: string;
    let authority: string;
    let key: CryptoKey;
    beforeAll(async () => {
      const { publicKey, privateKey } = await generateKeyPair('RS256');
      const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' };
      key = privateKey;
      const certificates = await loadCertificates(folder, new Date());
      authority = certificates.authority;
      issuer = createServer({ key: certificates.key, cert: certificates.certificate }, ({ url: path }, answer) => {
        const documents: Record<string, object> = {
          '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/keys` },
          '/keys': { keys: [jwk] },
        };
        const found = documents[path ?? ''];
        answer.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(found ?? {}));
      });
      await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
      url = `https://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    });
    afterAll(() => void issuer.close());

    const tokenOf = (claims: object) =>
      new SignJWT({ iss: url, aud: 'kubernetes', sub: 'jane', exp: Math.floor(Date.now() / 1000) + 300, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .sign(key);
    const settingsOf = (claimMappings: object, more: object = {}) => ({
      settings: { authentication: { jwt: [{ issuer: { url, audiences: ['kubernetes'], certificateAuthority: authority }, claimMappings, ...more }] } },
    });
    const set = (body: object) => management(server, '/v1/clusters/default', { method: 'PATCH', body });

    it('that the settings of the cluster name', async () => {
      const mappings = {
        username: { expression: "'acme:' + claims.sub" },
        groups: { expression: "claims.roles.map(role, 'acme:' + role)" },
        extra: [{ key: 'acme.io/team', valueExpression: 'claims.?team.orValue("")' }],
      };
      const rules = { userValidationRules: [{ expression: "user.username != 'acme:joe'", message: 'not joe' }] };
      expect((await set(settingsOf(mappings, rules))).status).toBe(200);
      const token = await tokenOf({ roles: ['dev'], team: 'blue' });
      expect(await userOf(token)).toMatchObject({
        username: 'acme:jane',
        groups: ['acme:dev', 'system:authenticated'],
        extra: { 'acme.io/team': ['blue'] },
      });
      const review = await call('/apis/authentication.k8s.io/v1/tokenreviews', { body: { spec: { token } } });
      expect(review.body.status).toMatchObject({ authenticated: true, user: { username: 'acme:jane' } });
      // What he may do, roles say.
      expect((await call('/api/v1/nodes', { token })).body.reason).toBe('Forbidden');
      const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:node-problem-detector' };
      const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'acme:dev' }];
      await call('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { body: { metadata: { name: 'dev' }, roleRef, subjects } });
      expect((await call('/api/v1/nodes/none', { token })).body.reason).toBe('NotFound');
      expect(await userOf(await tokenOf({ roles: [], aud: 'other' }))).toBe(401);
      expect(await userOf(await tokenOf({ roles: [], sub: 'joe' }))).toBe(401);
      expect(await userOf(await tokenOf({ roles: [], exp: Math.floor(Date.now() / 1000) - 1 }))).toBe(401);
      expect(await userOf(`${token.slice(0, -8)}AAAAAAAA`)).toBe(401);
    });

    it('and by none that they cannot name', async () => {
      const answer = await set(settingsOf({ username: { expression: 'claims.nope(' } }));
      expect(answer.status).toBe(422);
      const { errors } = JSON.parse(answer.body) as { errors: { pointer: string; detail: string }[] };
      expect(errors).toMatchObject([{ pointer: '/settings/authentication/jwt/0/claimMappings/username/expression' }]);
      expect(errors[0]!.detail).toContain('compilation failed: ERROR: <input>:1:');
    });
  });

  it('by a certificate that the cluster has signed', async () => {
    const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
    const { request } = await certificateRequest({ subject: 'O=dev,CN=jane' });
    const spec = { request, signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'], expirationSeconds: 3600 };
    const made = await call(path, { body: { metadata: { name: 'jane' }, spec } });
    const conditions = [{ type: 'Approved', status: 'True', reason: 'Because', message: 'It is.' }];
    expect((await call(`${path}/jane/approval`, { method: 'PUT', body: { ...made.body, status: { conditions } } })).status).toBe(200);
    await expect.poll(async () => (await call(`${path}/jane`)).body.status, { timeout: 10_000 }).toHaveProperty('certificate');
    const certificate = atob((await call(`${path}/jane`)).body.status.certificate);
    expect(new X509Certificate(certificate).subject).toBe('O=dev\nCN=jane');

    const authorities = await management(server, '/v1/clusters/default/ca');
    const { data } = (await call('/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication')).body;
    expect(data['client-ca-file']).toBe(authorities.body);
    const files = { ca: join(folder, 'cluster-ca.crt'), own: join(folder, 'jane.crt') };
    await writeFile(files.ca, authorities.body);
    await writeFile(files.own, certificate);
    expect(execFileSync('openssl', ['verify', '-x509_strict', '-purpose', 'sslclient', '-CAfile', files.ca, files.own], { encoding: 'utf8' })).toContain('OK');
  });

  it('by a bootstrap token', async () => {
    const stringData = { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true', 'auth-extra-groups': 'system:bootstrappers:own' };
    const metadata = { name: 'bootstrap-token-abcdef' };
    const secrets = '/api/v1/namespaces/kube-system/secrets';
    expect(await userOf('abcdef.0123456789abcdef')).toBe(401);
    expect((await call(secrets, { body: { metadata, type: 'bootstrap.kubernetes.io/token', stringData } })).status).toBe(201);
    expect(await userOf('abcdef.0123456789abcdeg')).toBe(401);
    // Who was not there is not there for a few seconds more.
    await expect.poll(() => userOf('abcdef.0123456789abcdef'), { timeout: 15_000 }).toEqual({
      username: 'system:bootstrap:abcdef',
      groups: ['system:bootstrappers', 'system:bootstrappers:own', 'system:authenticated'],
    });
    const review = await call('/apis/authentication.k8s.io/v1/tokenreviews', { body: { spec: { token: 'abcdef.0123456789abcdef' } } });
    expect(review.body.status).toMatchObject({ authenticated: true, user: { username: 'system:bootstrap:abcdef' } });
  });
});
