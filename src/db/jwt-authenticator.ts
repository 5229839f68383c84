import * as z from 'zod';

const text = (max: number) => z.string().min(1).max(max);
const Expression = text(2_048);

/** From a claim, whose prefix keeps its names apart from those of others, or by CEL. */
const PrefixedClaim = z.union([
  z.strictObject({ claim: text(256), prefix: z.string().max(256) }),
  z.strictObject({ expression: Expression }),
]);
const ClaimOrExpression = z.union([z.strictObject({ claim: text(256) }), z.strictObject({ expression: Expression })]);

/**
 * An issuer of tokens by OpenID Connect and what its claims mean, in the words of upstream's `AuthenticationConfiguration`
 * (`apiserver.config.k8s.io/v1`): an entry of its `jwt`.
 */
export const JwtAuthenticator = z.strictObject({
  issuer: z.strictObject({
    url: z.url({ protocol: /^https$/ }).max(2_048),
    discoveryURL: z.url({ protocol: /^https$/ }).max(2_048).optional(),
    /** PEM; default: the platform's public authorities. */
    certificateAuthority: text(65_536).optional(),
    audiences: z.array(text(256)).min(1).max(64),
    audienceMatchPolicy: z.literal('MatchAny').optional(),
  }),
  claimValidationRules: z
    .array(
      z.union([
        z.strictObject({ claim: text(256), requiredValue: z.string().max(1_024).default('') }),
        z.strictObject({ expression: Expression, message: z.string().max(1_024).optional() }),
      ]),
    )
    .max(64)
    .optional(),
  claimMappings: z.strictObject({
    username: PrefixedClaim,
    groups: PrefixedClaim.optional(),
    uid: ClaimOrExpression.optional(),
    extra: z.array(z.strictObject({ key: text(256), valueExpression: Expression })).max(64).optional(),
  }),
  userValidationRules: z
    .array(z.strictObject({ expression: Expression, message: z.string().max(1_024).optional() }))
    .max(64)
    .optional(),
});

export type JwtAuthenticator = z.infer<typeof JwtAuthenticator>;
