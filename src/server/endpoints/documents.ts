import type { Context } from 'hono';
import { hashOf } from '../../machinery/openapi/documents.ts';
import { jsonResponse } from '../http/respond.ts';

/** What clients may keep as long as its ETag holds. */
export interface Document {
  readonly content: string | Uint8Array;
  readonly etag: string;
}

/** Hashes the content: some are megabytes, so a document is to be kept. */
export const documentOf = (content: string | Uint8Array): Document => ({ content, etag: `"${hashOf(content)}"` });

/** Documents by name, each made when it is first asked for. */
export function keptDocuments(): (name: string, make: () => string | Uint8Array) => Document {
  const documents = new Map<string, Document>();
  return (name, make) => {
    let document = documents.get(name);
    if (!document) documents.set(name, (document = documentOf(make())));
    return document;
  };
}

/**
 * Answers with a document: 304 when the client has it already. There is no Last-Modified, because nobody remembers since
 * when a document is as it is.
 */
export function documentResponse(context: Context, { content, etag }: Document, headers: Record<string, string> = {}): Response {
  const caching = { etag, vary: 'Accept' };
  if (isKnown(etag, context.req.header('if-none-match'))) {
    const { 'content-type': _, ...kept } = headers;
    return new Response(null, { status: 304, headers: { 'cache-control': 'no-cache, private', ...caching, ...kept } });
  }
  const response = jsonResponse(content);
  for (const [name, value] of Object.entries({ ...caching, ...headers })) response.headers.set(name, value);
  return response;
}

/** Whether If-None-Match names the document. A cache in between may have made the tag a weak one. */
const isKnown = (etag: string, known: string | undefined): boolean =>
  known?.split(',').some((each) => [etag, '*'].includes(each.trim().replace(/^W\//, ''))) ?? false;
