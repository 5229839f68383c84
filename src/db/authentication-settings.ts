import * as z from 'zod';
import { JwtAuthenticator } from './jwt-authenticator.ts';

/**
 * Who outside of a cluster says who its users are, as upstream's `AuthenticationConfiguration`. Here is the form;
 * `authn/jwt/compile.ts` checks the rest, expressions among it.
 */
export const AuthenticationSettings = z.strictObject({ jwt: z.array(JwtAuthenticator).max(64).optional() });
export type AuthenticationSettings = z.infer<typeof AuthenticationSettings>;
