/**
 * What webhooks are asked and what they answer. Decisions are synchronous, webhooks are not: a decision that has to know an
 * answer says so by an exception, the verb gets it, and the decision is made again. An answer holds for the very question that
 * was asked: if the state has changed so that the question is another one, it is asked anew.
 */

/** Where a webhook is (`WebhookClientConfig`, checked and with its defaults). */
export interface WebhookAddress {
  url?: string;
  service?: { namespace: string; name: string; path?: string; port?: number };
  /** The authorities that it is trusted by: PEM in base64. */
  caBundle?: string;
}

export interface Question {
  /** The webhook's name, for errors. */
  readonly webhook: string;
  readonly address: WebhookAddress;
  /** How long it may take. */
  readonly timeoutSeconds: number;
  readonly apiVersion: 'admission.k8s.io/v1' | 'admission.k8s.io/v1beta1';
  /** Whether it may answer with a patch. */
  readonly mutating: boolean;
  /** The `request` of the AdmissionReview as JSON, without its uid. */
  readonly request: string;
}

/** `AdmissionResponse`, checked. */
export interface WebhookResponse {
  allowed: boolean;
  /** A JSON Patch, as text. */
  patch?: string;
  /** A `metav1.Status`. */
  status?: { message?: string; reason?: string; code?: number; details?: object };
  warnings?: readonly string[];
  auditAnnotations?: Readonly<Record<string, string>>;
}

/** `error`: why there is no response that could be used, in the words that follow `failed calling webhook "x": `. */
export type Answer = { readonly response: WebhookResponse } | { readonly error: string };

/** The answers to questions that may be asked at the same time. Throws what the verb catches if one is not known yet. */
export type Consult = (questions: readonly Question[]) => readonly Answer[];
