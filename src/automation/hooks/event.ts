/** What a sender tells of, in words that are the same for all formats. What a format does not have is ''. */
export interface HookEvent {
  /** `push`, `workflow_run`, `registry_package`, `pipeline`, …: the sender's own word. */
  readonly type: string;
  /** `published`, `completed`, `success`, …: the sender's own word. */
  readonly action: string;
  /** Of code or of images, without tag. */
  readonly repository: string;
  /** Of an image, or of code. */
  readonly tag: string;
  /** `sha256:…` */
  readonly digest: string;
  /** What can be written into a container: `REPOSITORY:TAG`, or with the digest where there is no tag. */
  readonly image: string;
  /** `refs/heads/main` */
  readonly ref: string;
  readonly branch: string;
  readonly commit: string;
}

/** An event that a request tells of. Most tell of one. */
export interface Told {
  /** What the sender calls this delivery; undefined if it has no name. */
  readonly id: string | undefined;
  readonly event: HookEvent;
}

/** A request whose sender has proved himself. Headers by their names in lower case. */
export interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: unknown;
}

const nothing: HookEvent = { type: '', action: '', repository: '', tag: '', digest: '', image: '', ref: '', branch: '', commit: '' };

/** An event of what is known of it. */
export function eventOf(known: Partial<HookEvent>): HookEvent {
  const { repository = '', tag = '', digest = '' } = known;
  const image = tag !== '' ? `${repository}:${tag}` : `${repository}@${digest}`;
  const isImage = known.image === undefined && repository !== '' && (tag !== '' || digest !== '');
  return { ...nothing, ...known, ...(isImage && { image }) };
}

/** The text at a path of plain JSON; '' if there is something else. */
export function textAt(json: unknown, ...path: readonly (string | number)[]): string {
  const found = path.reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key as never] : undefined), json);
  return typeof found === 'string' ? found : '';
}

/** The list at a path of plain JSON; empty if there is something else. */
export function listAt(json: unknown, key: string): readonly unknown[] {
  const found = isObject(json) && Object.hasOwn(json, key) ? json[key as never] : undefined;
  return Array.isArray(found) ? found : [];
}

const isObject = (json: unknown): json is object => typeof json === 'object' && json !== null;

/** What a reference of git names. */
export const branchOf = (ref: string): string => (ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : '');
export const tagOf = (ref: string): string => (ref.startsWith('refs/tags/') ? ref.slice('refs/tags/'.length) : '');
