import { bigint, customType, timestamp } from 'drizzle-orm/pg-core';

/** JSON kept as text: the client gives json columns back unparsed, and the very text counts. */
export const jsonText = customType<{ data: string; driverData: string }>({ dataType: () => 'json' });

export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
export const revisionNumber = (name: string) => bigint(name, { mode: 'number' });
