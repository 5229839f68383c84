import { html, raw } from 'hono/html';
import { permissionField } from './route.ts';

/** What the page needs of an OpenAPI document. */
export interface Document {
  info: { title: string; description?: string };
  paths?: Readonly<Record<string, object>>;
  components?: { schemas?: Readonly<Record<string, object>> };
}

interface Shown {
  method: string;
  path: string;
  operationId: string;
  summary: string;
  description?: string;
  tags?: readonly string[];
  parameters?: readonly { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { required?: boolean; content: Readonly<Record<string, { schema?: Schema }>> };
  responses: Readonly<Record<string, { description: string; content?: Readonly<Record<string, { schema?: Schema }>> }>>;
  [permissionField]?: string;
}

interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  format?: string;
  enum?: readonly unknown[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
}

type Html = ReturnType<typeof html>;

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** The documentation of an API as one page of HTML, with nothing in it from elsewhere. */
export function documentationPage({ info, paths = {}, components }: Document): string {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = (item as Record<string, Omit<Shown, 'method' | 'path'>>)[method];
      return operation ? [{ ...operation, method: method.toUpperCase(), path }] : [];
    }),
  );
  const tags = [...new Set(operations.map(tagOf))];
  const schemas = Object.entries(components?.schemas ?? {}) as [string, Schema][];
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${info.title}</title>
<style>${raw(style)}</style>
</head>
<body>
<nav>
${tags.map(
  (tag) => html`<h2><a href="#${anchor(tag)}">${tag}</a></h2>
${operations.filter((each) => tagOf(each) === tag).map((each) => html`<a href="#${each.operationId}">${each.summary}</a>`)}`,
)}
<h2><a href="#schemas">Schemas</a></h2>
</nav>
<main>
<h1>${info.title}</h1>
<p>${info.description ?? ''} JSON, with <code>Authorization: Bearer hib_api_…</code>. As <a href="/v1/openapi.json">OpenAPI 3.1</a>.
Errors are problems (RFC 9457) with a stable <code>code</code>. A POST with an <code>Idempotency-Key</code> is carried out once.</p>
${tags.map(
  (tag) => html`<h2 id="${anchor(tag)}">${tag}</h2>
${operations.filter((each) => tagOf(each) === tag).map(section)}`,
)}
<h2 id="schemas">Schemas</h2>
${schemas.map(([name, schema]) => html`<section id="schema-${name}"><h3>${name}</h3>${text(schema.description)}${fields(schema)}</section>`)}
</main>
</body>
</html>
`);
}

const tagOf = ({ tags }: Pick<Shown, 'tags'>): string => tags?.[0] ?? 'Other';
const anchor = (tag: string): string => `tag-${tag.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;

const section = (operation: Shown): Html => html`<section id="${operation.operationId}">
<h3>${operation.summary}</h3>
<p class="request"><b>${operation.method}</b> <code>${operation.path}</code> <span>${operation[permissionField] ?? ''}</span></p>
${text(operation.description)}
${operation.parameters?.length ? parameters(operation.parameters) : ''}
${Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => html`<h4>Body${operation.requestBody?.required ? '' : ', may be left out'}</h4>${schema ? shown(schema) : ''}`)}
<h4>Answers</h4>
<dl>${Object.entries(operation.responses).map(
  ([status, { description, content = {} }]) =>
    html`<dt>${status === 'default' ? 'otherwise' : status}</dt><dd>${description} ${Object.values(content).map(({ schema }) => (schema ? typeOf(schema) : ''))}</dd>`,
)}</dl>
</section>`;

const parameters = (all: NonNullable<Shown['parameters']>): Html => html`<h4>Parameters</h4>
<dl>${all.map(
  ({ name, in: where, required, description, schema = {} }) =>
    html`<dt><code>${name}</code></dt><dd>${where}${required ? ', required' : ''}, ${typeOf(schema)}. ${marked(description ?? schema.description ?? '')}</dd>`,
)}</dl>`;

/** A schema where it is used: its name, or its fields. */
const shown = (schema: Schema): Html => (schema.$ref ? html`<p>${typeOf(schema)}</p>` : fields(schema));

function fields(schema: Schema): Html {
  const { properties, required = [] } = schema;
  if (!properties) return html`<p>${typeOf(schema)}</p>`;
  const rows = Object.entries(properties).map(([name, field]) => {
    const nested = field.items?.properties ? field.items : field;
    const preset = field.default === undefined ? '' : html` Default: <code>${JSON.stringify(field.default)}</code>.`;
    return html`<dt><code>${name}</code></dt>
<dd>${typeOf(field)}${required.includes(name) ? ', required' : ''}. ${marked(field.description ?? '')}${preset}${nested.properties ? fields(nested) : ''}</dd>`;
  });
  return html`<dl>${rows}</dl>`;
}

/** A type in a few words, with a link to a schema that has a name. */
function typeOf(schema: Schema): Html {
  const name = schema.$ref?.split('/').at(-1);
  if (name) return html`<a href="#schema-${name}">${name}</a>`;
  if (schema.enum) return html`${schema.enum.map((value, i) => html`${i > 0 ? ', ' : ''}<code>${String(value)}</code>`)}`;
  const some = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (some) return html`${some.map((each, i) => html`${i > 0 ? (schema.allOf ? ' and ' : ' or ') : ''}${typeOf(each)}`)}`;
  if (schema.items) return html`list of ${typeOf(schema.items)}`;
  const kind = [schema.type ?? 'anything'].flat().join(' or ');
  const bounds = [schema.minimum !== undefined && `from ${schema.minimum}`, schema.maximum !== undefined && `to ${schema.maximum}`];
  return html`${[schema.format ? `${kind} (${schema.format})` : kind, ...bounds.filter(Boolean)].join(' ')}`;
}

const text = (description: string | undefined): Html => html`${description ? html`<p>${marked(description)}</p>` : ''}`;

/** Text with code between backquotes. */
const marked = (description: string): Html =>
  html`${description.split('`').map((part, i) => (i % 2 === 0 ? part : html`<code>${part}</code>`))}`;

const style = `
:root { color-scheme: light dark; --line: #8884; --weak: #888; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; display: grid; grid-template-columns: 16rem minmax(0, 52rem); gap: 2rem; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1rem; box-sizing: border-box; border-right: 1px solid var(--line); font-size: 13px; }
nav a { display: block; color: inherit; text-decoration: none; padding: 1px 0; }
nav h2 { font-size: 13px; margin: 1rem 0 .2rem; }
main { padding: 1rem; }
section { border-top: 1px solid var(--line); padding: .5rem 0 1rem; }
h4 { margin: .8rem 0 .2rem; font-size: 13px; color: var(--weak); }
code { font: 13px ui-monospace, monospace; }
.request span { float: right; color: var(--weak); font-size: 13px; }
dl { margin: 0; display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .2rem 1rem; }
dd { margin: 0; overflow-wrap: anywhere; }
dd dl { margin: .2rem 0 .2rem; padding-left: .8rem; border-left: 2px solid var(--line); }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; border: 0; } }
`;
