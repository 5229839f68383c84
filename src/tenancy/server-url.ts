/** Where clients reach a cluster: below the public address of the platform, or else below the one of this request. */
export const serverUrl = (publicUrl: string | undefined, requestUrl: string, cluster: string): string =>
  `${publicUrl ?? new URL(requestUrl).origin}/clusters/${cluster}`;
