import { Hono } from 'hono';
import type { Scheme } from '../../machinery/scheme.ts';
export function openapiRoutes(_scheme: Scheme): Hono {
  return new Hono();
}
