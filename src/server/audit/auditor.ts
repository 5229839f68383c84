import { isResourceAttributes, type Attributes } from '../../authz/authorizer.ts';
import { rfc3339Micro, type Clock } from '../../lib/clock.ts';
import { limits } from '../../lib/limits.ts';
import type { Random } from '../../lib/random.ts';
import type { Write } from '../../machinery/reconcile.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { StoreError, type Entry } from '../../storage/store.ts';
import { StatusError } from '../../machinery/status.ts';
import { auditIdHeader } from '../answer.ts';
import type { Bindings, User } from '../api.ts';
import { toStatusError } from '../errors.ts';
import { readBytes } from '../http/body.ts';
import { withStanding } from '../http/impersonate.ts';
import { errorResponse } from '../http/respond.ts';
import type { WatchStart } from '../watch/spec.ts';
import { carriesSecrets, isLongRunning, requestAttributes, sourceIPsOf, uriOf } from './attributes.ts';
import { requestObject } from './bodies.ts';
import { writeAttributes, writeObject, writeUri } from './controller-write.ts';
import { eventText, laterEvent, receivedEvent, type AuditEvent, type Received } from './event.ts';
import { outcomeOf } from './outcome.ts';
import { auditEvaluator, reaches, type AuditConfig, type AuditLevel, type AuditPolicy, type AuditStage } from './policy.ts';
import type { AuditTrail } from './trail.ts';

/** An event on its way to the log. It is made when it is written, so that nobody waits for that. */
export interface AuditEntry {
  /** About how many bytes it holds on to. */
  readonly bytes: number;
  build(): AuditEvent;
}

/** Who takes events. Never throws, and never has a request wait. */
export interface AuditQueue {
  add(entry: AuditEntry): void;
  /** A request was looked at, and is to be written down at that level. */
  countLevel(level: AuditLevel): void;
}

export interface AuditorOptions {
  policy: AuditPolicy;
  queue: AuditQueue;
  clock: Clock;
  random: Random;
  scheme: Scheme;
}

/** About what an event takes up without objects. */
const eventBytes = 1_024;
/** The attachment of a socket has room for so much, in characters. */
const savedEventMax = 3_000;

/** A request that is audited. */
export interface Audited {
  attributes: Attributes;
  config: AuditConfig;
  received: AuditEvent;
  /** Whether it asked to be taken for somebody else. */
  impersonates: boolean;
  trail: AuditTrail;
  /** What was sent. Read when it is written down. */
  body?: { bytes: number; object(): unknown };
}

/** Makes the audit events of a cluster's requests, as its policy wants them. */
export class Auditor {
  readonly #options: AuditorOptions;
  readonly #evaluate: (attributes: Attributes) => AuditConfig;

  constructor(options: AuditorOptions) {
    this.#options = options;
    this.#evaluate = auditEvaluator(options.policy);
  }

  /** Has a request answered, and notes what became of it. */
  async answer(
    request: Request,
    bindings: Bindings,
    next: (request: Request, bindings: Bindings) => Promise<Response>,
  ): Promise<Response> {
    const auditId = request.headers.get(auditIdHeader) || this.#options.random.uuid();
    const audited = this.#begin(request, bindings.user, auditId);
    if (!audited) return next(request, bindings);
    const { trail, attributes } = audited;
    let own = request;
    if (request.body && isResourceAttributes(attributes) && reaches(audited.received.level, 'Request')) {
      try {
        const bytes = await readBytes(request);
        const body = { bytes, contentType: request.headers.get('content-type') };
        audited.body = { bytes: bytes.length, object: () => requestObject(body, attributes, this.#options.scheme) };
        own = new Request(request.url, { method: request.method, headers: request.headers, body: bytes });
      } catch (error) {
        // Too large. Nobody else can read it any more.
        trail.failure = error;
        return this.#finish(audited, withAuditId(errorResponse(toStatusError(error), request.headers.get('accept')), auditId));
      }
    }
    if (!request.headers.has(auditIdHeader)) {
      own = own === request ? new Request(request) : own;
      own.headers.set(auditIdHeader, auditId);
    }
    const response = await next(own, { ...bindings, audit: trail });
    if (isLongRunning(attributes)) this.#add(audited, 'ResponseStarted', response.status);
    return this.#finish(audited, response);
  }

  /** Has a watch started whose events go over a socket. What is written down at its end comes along, to be kept with the socket. */
  async watch(request: Request, user: User, start: (audit: AuditTrail | undefined) => Promise<WatchStart>): Promise<WatchStart> {
    const audited = this.#begin(request, user, request.headers.get(auditIdHeader) || this.#options.random.uuid());
    if (!audited) return start(undefined);
    try {
      const started = await start(audited.trail);
      this.#add(audited, 'ResponseStarted', 200);
      const audit = this.#saved(audited);
      return audit === undefined ? started : { ...started, audited: audit };
    } catch (error) {
      audited.trail.failure = error;
      const { code } = toStatusError(error);
      this.#add(audited, 'ResponseStarted', code);
      this.#add(audited, isUnforeseen(error) ? 'Panic' : 'ResponseComplete', code);
      throw error;
    }
  }

  /** Has a write of a controller carried out, and notes it as the request that it is upstream. `run` gets what admission notes in. */
  async write(
    write: Write,
    { user, program }: { user: User; program: string },
    run: (annotations?: Map<string, string>) => Promise<Entry | undefined>,
  ): Promise<Entry | undefined> {
    const attributes = writeAttributes(write, user);
    const about = { attributes, auditId: this.#options.random.uuid(), uri: writeUri(attributes), userAgent: program };
    const audited = this.#received(about);
    if (!audited) return run();
    const { trail } = audited;
    if (reaches(audited.received.level, 'Request')) audited.body = { bytes: eventBytes, object: () => writeObject(write) };
    try {
      const entry = await run(trail.annotations);
      if (entry) {
        trail.entry = entry;
        trail.answer = { text: () => entry.text, size: () => entry.text.length };
      }
      this.#add(audited, 'ResponseComplete', write.verb === 'create' || write.verb === 'bind' ? 201 : 200);
      return entry;
    } catch (error) {
      trail.failure = error;
      this.#add(audited, isUnforeseen(error) ? 'Panic' : 'ResponseComplete', toStatusError(error).code);
      throw error;
    }
  }

  #begin(request: Request, user: User, auditId: string): Audited | undefined {
    const uri = uriOf(request.url);
    const { boundTo: _, ...asker } = user;
    const who = { ...asker, groups: withStanding(user.name, user.groups) };
    const attributes = requestAttributes(who, request.method, uri);
    const { headers } = request;
    const audited = this.#received({ attributes, auditId, uri, sourceIPs: () => sourceIPsOf(headers), userAgent: headers.get('user-agent') });
    if (audited) audited.impersonates = headers.has('impersonate-user');
    return audited;
  }

  #received(about: Omit<Received, 'level' | 'at' | 'sourceIPs'> & { sourceIPs?(): string[] }): Audited | undefined {
    const { attributes, sourceIPs } = about;
    const wanted = this.#evaluate(attributes);
    const { queue, clock } = this.#options;
    queue.countLevel(wanted.level);
    if (wanted.level === 'None') return undefined;
    const level = carriesSecrets(attributes) ? 'Metadata' : wanted.level;
    const received = receivedEvent({ ...about, sourceIPs: sourceIPs?.() ?? [], level, at: clock.now() });
    if (!wanted.omitStages.has('RequestReceived')) queue.add({ bytes: eventBytes, build: () => received });
    return { attributes, config: wanted, received, impersonates: false, trail: { annotations: new Map() } };
  }

  #finish(audited: Audited, response: Response): Response {
    this.#add(audited, isUnforeseen(audited.trail.failure) ? 'Panic' : 'ResponseComplete', response.status);
    return response;
  }

  #add(audited: Audited, stage: AuditStage, code: number): void {
    const { config, received, trail, body } = audited;
    if (config.omitStages.has(stage)) return;
    const at = this.#options.clock.now();
    const answerBytes = reaches(received.level, 'RequestResponse') ? (trail.answer?.size?.() ?? 0) : 0;
    // What is not written down had better not be held on to.
    const isLarge = answerBytes > limits.auditEventBytes;
    if (isLarge) trail.answer = undefined;
    this.#options.queue.add({
      bytes: eventBytes + (body?.bytes ?? 0) + (isLarge ? 0 : answerBytes),
      build: () => laterEvent(received, outcomeOf(audited, stage, code, at, isLarge)),
    });
  }

  /** The event of a watch's end as it will be, but for the time. */
  #saved(audited: Audited): string | undefined {
    const { config, received } = audited;
    if (config.omitStages.has('ResponseComplete')) return undefined;
    const at = this.#options.clock.now();
    const event = laterEvent(received, outcomeOf(audited, 'ResponseComplete', 200, at, false));
    const text = eventText(event, savedEventMax);
    return text.length <= savedEventMax ? text : undefined;
  }
}

/** The end of a watch, by what was kept with its socket. */
export function endOfWatch(audited: string, now: Date): AuditEntry {
  return { bytes: audited.length, build: () => ({ ...(JSON.parse(audited) as AuditEvent), stageTimestamp: rfc3339Micro(now) }) };
}

function isUnforeseen(failure: unknown): boolean {
  return failure !== undefined && !(failure instanceof StatusError) && !(failure instanceof StoreError);
}

function withAuditId(response: Response, auditId: string): Response {
  response.headers.set(auditIdHeader, auditId);
  return response;
}

