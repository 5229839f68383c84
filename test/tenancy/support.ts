import type { OpenAPIHono } from '@hono/zod-openapi';
import { Authenticator } from '../../src/authn/authenticator.ts';
import { wellKnownGroups, type TenantRole } from '../../src/authn/identity.ts';
import { insertToken, useToken } from '../../src/authn/token-records.ts';
import { createToken, hashToken, systemSecretBytes } from '../../src/authn/tokens.ts';
import type { Database } from '../../src/db/client.ts';
import { PlatformKeys } from '../../src/db/platform-keys.ts';
import { systemRandom } from '../../src/lib/random.ts';
import { createManagementApp } from '../../src/tenancy/app.ts';
import type { ManagementEnv, ManagementOptions } from '../../src/tenancy/context.ts';
import { testPlatformKeys } from '../support/keys.ts';
import { noWebhooks } from './no-webhooks.ts';

/** An answer, read. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  json: any;
}

export interface Asked {
  method: string;
  path: string;
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** What every cluster here answers when it is asked about webhooks. */
const hook = { items: [], metadata: { name: 'hook', uid: 'uid-of-hook', creationTimestamp: '2026-01-01T00:00:00Z' }, spec: { url: 'https://a.example' } };

/** A management API over a database of its own, a clock that stands still, and clusters that are only noted. */
export class TestManagement {
  now = new Date('2026-01-01T00:00:00Z');
  readonly reloaded: string[] = [];
  readonly errors: unknown[] = [];
  readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  /** A fresh isolate: nothing cached. */
  app(overrides: Partial<ManagementOptions> = {}): OpenAPIHono<ManagementEnv> {
    const clock = { now: () => this.now };
    const authenticator = new Authenticator({ find: (hash) => useToken(this.database.orm, hash, this.now), clock });
    return createManagementApp({
      database: this.database,
      clock,
      random: systemRandom,
      secretBytes: systemSecretBytes,
      platformKeys: new PlatformKeys(testPlatformKeys),
      authenticate: (token) => authenticator.authenticate(token),
      clusters: {
        usage: async () => ({ awakeSeconds: 1, activeSeconds: 1, objects: 2, bytes: 3, requests: 4, messages: 5, alarms: 6 }),
        authorities: async () => 'PEM',
        ...noWebhooks,
        ask: async () => ({ status: 200, body: JSON.stringify(hook) }),
        reload: async (id) => void this.reloaded.push(id),
        forget: async () => {},
      },
      settings: { publicUrl: 'https://example.test', controllerNames: [] },
      onError: (error) => this.errors.push(error),
      ...overrides,
    } as ManagementOptions);
  }

  async call({ method, path, token, body, headers = {} }: Asked, app = this.app()): Promise<Answer> {
    const response = await app.request(path, {
      method,
      headers: { 'Content-Type': 'application/json', ...headers, ...(token && { Authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  }

  /** The token of who runs the platform. */
  async platformToken(): Promise<string> {
    const tenant = `t-${crypto.randomUUID()}`;
    await this.database.query('insert into tenants (id, name) values ($1, $1)', [tenant]);
    const token = createToken('admin', systemSecretBytes);
    const groups = [wellKnownGroups.tenantAdmins, wellKnownGroups.platformAdmins];
    const identity = { tenant, user: { name: 'platform', groups } };
    await insertToken(this.database.orm, { hash: await hashToken(token), identity, description: '', createdAt: this.now });
    return token;
  }

  /** A new tenant, and an API key of its owner. */
  async tenant(platform: string, name: string, more: object = {}): Promise<{ id: string; token: string }> {
    const body = { name, owner: { email: `owner@${name}.example` }, ...more };
    const { json } = await this.made('/v1/tenants', platform, body);
    return { id: json.id as string, token: json.owner.token as string };
  }

  /** A new member of a tenant, and an API key of his. */
  async member(owner: string, email: string, role: TenantRole): Promise<{ id: string; token: string }> {
    const { json } = await this.made('/v1/members', owner, { email, role });
    const key = await this.key(owner, { name: 'own', role, member: email });
    return { id: json.id as string, token: key.token };
  }

  async key(token: string, body: object): Promise<{ id: string; token: string }> {
    const { json } = await this.made('/v1/api-keys', token, body);
    return { id: json.id as string, token: json.token as string };
  }

  /** A POST that has to succeed. */
  async made(path: string, token: string, body: object): Promise<Answer> {
    const answer = await this.call({ method: 'POST', path, token, body });
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.text} ${String(this.errors.at(-1) ?? '')}`);
    return answer;
  }
}
