import { limits } from '../../lib/limits.ts';
import { whyNotPublic } from '../../lib/public-address.ts';
import { boundedText, throughBridge, type FetchClientOptions } from './fetch-client.ts';

const timeoutMs = 10_000;

/**
 * Gets a JSON document from an address that users chose: over HTTPS, and from public addresses only, unless there is a bridge, which
 * reaches whatever the one who runs it reaches and takes a certificate authority (PEM). Rejects for anything but a success.
 */
export const getDocument =
  (options: FetchClientOptions) =>
  async (url: string, certificateAuthority: string | undefined): Promise<unknown> => {
    if (!url.startsWith('https://')) throw new Error(`Get ${JSON.stringify(url)}: the scheme is not https`);
    const { status, body } = options.bridge
      ? await throughBridge(options.fetch, options.bridge, {
          method: 'GET',
          url,
          body: '',
          timeoutMs,
          ...(certificateAuthority && { caBundle: btoa(certificateAuthority) }),
        })
      : await directly(options.fetch, url);
    if (body.length > limits.issuerDocumentBytes) throw new Error(`Get ${JSON.stringify(url)}: the answer is too long`);
    if (status !== 200) throw new Error(`Get ${JSON.stringify(url)}: the answer was ${status}`);
    return JSON.parse(body) as unknown;
  };

async function directly(fetch: FetchClientOptions['fetch'], url: string): Promise<{ status: number; body: string }> {
  const why = whyNotPublic(url);
  if (why) throw new Error(`Get ${JSON.stringify(url)}: ${why}`);
  // Nobody is sent elsewhere, past the guard.
  const init = { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' } as const;
  const response = await fetch(url, init);
  return { status: response.status, body: await boundedText(response, limits.issuerDocumentBytes) };
}
