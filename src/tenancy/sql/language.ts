// What a tenant's query may consist of. Nothing that is not in here reaches Postgres. What gets in must not have an effect, read
// anything but its arguments, run text as a query, or make much out of little (`repeat`, `lpad`).

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** The relations: views of the schema `tenant_sql` (migrations/0015-sql.sql). */
export const relations = words('objects log');

/** Functions of `pg_catalog`: aggregates and window functions too. */
export const functions = words(`
  count sum avg min max bool_and bool_or every string_agg array_agg jsonb_agg jsonb_object_agg stddev variance
  percentile_cont percentile_disc mode
  row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
  jsonb_array_length jsonb_typeof jsonb_extract_path jsonb_extract_path_text jsonb_strip_nulls jsonb_build_object
  jsonb_build_array jsonb_path_exists jsonb_path_query_first jsonb_path_query_array to_jsonb
  jsonb_array_elements jsonb_array_elements_text jsonb_object_keys unnest
  lower upper initcap length char_length octet_length btrim ltrim rtrim substr substring left right split_part strpos
  starts_with concat concat_ws reverse string_to_array array_to_string regexp_count regexp_like regexp_match regexp_substr
  abs round ceil ceiling floor trunc mod power sqrt sign
  now date_trunc date_part age to_char to_date to_timestamp
  array_length cardinality array_position
`);

/** Functions that stand in FROM, and the names of their columns; a single one without a name is called as the function is there. */
export const tableFunctions: ReadonlyMap<string, readonly string[] | undefined> = new Map([
  ['jsonb_array_elements', ['value']],
  ['jsonb_array_elements_text', ['value']],
  ['jsonb_each', ['key', 'value']],
  ['jsonb_each_text', ['key', 'value']],
  ['jsonb_object_keys', undefined],
  ['unnest', undefined],
  ['generate_series', undefined],
]);

/** What is written as a function, and is none of `pg_catalog`'s. */
export const constructs = words('coalesce nullif greatest least');

/** What stands right of a comparison with each of many values. */
export const quantifiers = words('any all some');

/** Other names of functions. */
export const functionAliases: ReadonlyMap<string, string> = new Map([['trim', 'btrim']]);

/** Values without parentheses. */
export const keywords = words('current_date current_timestamp localtimestamp');

/** Types for casts, and how they are written. */
export const types: ReadonlyMap<string, string> = new Map(
  Object.entries({
    text: 'text',
    varchar: 'text',
    bool: 'boolean',
    boolean: 'boolean',
    smallint: 'smallint',
    int: 'integer',
    int4: 'integer',
    integer: 'integer',
    bigint: 'bigint',
    int8: 'bigint',
    numeric: 'numeric',
    decimal: 'numeric',
    real: 'real',
    float: 'double precision',
    float8: 'double precision',
    'double precision': 'double precision',
    jsonb: 'jsonb',
    date: 'date',
    time: 'time',
    timestamp: 'timestamp',
    timestamptz: 'timestamptz',
    'timestamp with time zone': 'timestamptz',
    'timestamp without time zone': 'timestamp',
    interval: 'interval',
    uuid: 'uuid',
  }),
);

/** Between two values. */
export const binaryOperators: ReadonlySet<string> = new Set(
  `OR,AND,IN,NOT IN,LIKE,NOT LIKE,ILIKE,NOT ILIKE,AT TIME ZONE,=,!=,>,>=,<,<=,@>,<@,?,?|,?&,#>>,~,~*,!~,!~*,||,-,+,&&,*,%,/,->,->>`.split(','),
);

/** Before one value. */
export const prefixOperators: ReadonlySet<string> = new Set(['+', '-', 'NOT']);
/** After one value. */
export const postfixOperators: ReadonlySet<string> = new Set(['IS NULL', 'IS NOT NULL', 'IS TRUE', 'IS FALSE', 'IS NOT TRUE', 'IS NOT FALSE']);

export const joins: ReadonlySet<string> = new Set(['INNER JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'CROSS JOIN']);

/** Of `extract`. */
export const dateFields = words('epoch year quarter month week day hour minute second milliseconds microseconds dow isodow doy isoyear');

/** Columns that Postgres has of its own. */
export const systemColumns = words('ctid xmin xmax cmin cmax tableoid oid');
