/**
 * The configuration of one issuer as upstream has it (apiserver.config.k8s.io/v1 JWTAuthenticator), wherever it comes from: the
 * settings of a cluster, or its tenant's issuers. What may not be said together is found out by `compileIssuer`.
 */
export interface JwtSettings {
  readonly issuer: {
    readonly url: string;
    readonly discoveryURL?: string | undefined;
    readonly certificateAuthority?: string | undefined;
    readonly audiences: readonly string[];
    readonly audienceMatchPolicy?: string | undefined;
  };
  readonly claimValidationRules?: readonly ClaimRule[] | undefined;
  readonly claimMappings: {
    readonly username: PrefixedClaim;
    readonly groups?: PrefixedClaim | undefined;
    readonly uid?: Omit<PrefixedClaim, 'prefix'> | undefined;
    readonly extra?: readonly { readonly key: string; readonly valueExpression: string }[] | undefined;
  };
  readonly userValidationRules?: readonly UserRule[] | undefined;
}

export interface ClaimRule {
  readonly claim?: string | undefined;
  readonly requiredValue?: string | undefined;
  readonly expression?: string | undefined;
  readonly message?: string | undefined;
}

export interface UserRule {
  readonly expression: string;
  readonly message?: string | undefined;
}

/** A claim, or an expression. */
export interface PrefixedClaim {
  readonly claim?: string | undefined;
  readonly expression?: string | undefined;
  readonly prefix?: string | undefined;
}
