// Draws the reference from this server's own description of its API.
const place = document.getElementById('reference');
const said = document.getElementById('drawing');

/** A copy of a part of the document in which each reference within the document has become what it refers to. */
function whole(api, node) {
  if (Array.isArray(node)) return node.map((item) => whole(api, item));
  if (node === null || typeof node !== 'object') return node;
  const { $ref, ...own } = node;
  const copy = Object.fromEntries(Object.entries(own).map(([key, value]) => [key, whole(api, value)]));
  if ($ref === undefined) return copy;
  const meant = $ref
    .slice(2)
    .split('/')
    .reduce((at, key) => at[key], api);
  return { ...whole(api, meant), ...copy };
}

/** What every method can answer in the same words, and is so said once, not ten times: status → its reference. */
function commonAnswers(gets) {
  const [first, ...others] = gets.map(({ responses }) => responses);
  const same = Object.entries(first).filter(
    ([status, { $ref }]) => $ref && others.every((responses) => responses[status]?.$ref === $ref),
  );
  return Object.fromEntries(same);
}

/** An example or a default would be sent as it stands: it becomes words, unless the path needs it. */
function asWords(parameter) {
  const { example, ...rest } = parameter;
  if (parameter.name === 'apiKey') return rest;
  if (parameter.in === 'path') return parameter;
  const { default: usual, ...schema } = parameter.schema;
  const words = [rest.description.trim()];
  if (usual !== undefined) words.push(`Default: \`${usual}\`.`);
  if (example !== undefined) words.push(`Example: \`${[example].flat().join(', ')}\``);
  return { ...rest, schema, description: words.join(' ') };
}

/** A method as people read it: its GET alone, since HEAD and OPTIONS say nothing else. */
function methodForReading(api, item, common) {
  const parameters = whole(api, item.parameters).map(asWords);
  const responses = Object.entries(item.get.responses).filter(([status]) => !(status in common));
  return { get: { ...item.get, parameters, responses: whole(api, Object.fromEntries(responses)) } };
}

/** The description as people read it; what the page says itself is left out. */
function forReading(api, common) {
  const { title, version, description } = api.info;
  const paths = Object.entries(api.paths).map(([path, item]) => [path, methodForReading(api, item, common)]);
  return {
    openapi: api.openapi,
    info: { title, version, description },
    security: api.security,
    tags: api.tags,
    paths: Object.fromEntries(paths),
    components: whole(api, { schemas: api.components.schemas, securitySchemes: api.components.securitySchemes }),
  };
}

/** Appends text to an element, with `code` as code. */
function appendInline(element, text) {
  for (const [index, piece] of text.split('`').entries()) {
    const part = index % 2 ? document.createElement('code') : document.createTextNode('');
    part.textContent = piece;
    element.append(part);
  }
}

/** Fills the table of what every method can answer. */
function tellCommonAnswers(api, common) {
  const rows = document.querySelector('#common tbody');
  for (const [status, answer] of Object.entries(common)) {
    const row = rows.insertRow();
    const head = document.createElement('th');
    head.scope = 'row';
    head.textContent = status;
    row.append(head);
    appendInline(row.insertCell(), whole(api, answer).description);
  }
  document.getElementById('common').hidden = false;
}

/** Keeps what is tried out of the browser's cache, since its address holds the key. */
function withoutTrace(request) {
  request.cache = 'no-store';
  request.credentials = 'omit';
  return request;
}

function followTheSystem() {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', follow);
  follow();
}

function draw(api) {
  const common = commonAnswers(Object.values(api.paths).map(({ get }) => get));
  tellCommonAnswers(api, common);
  globalThis.SwaggerUIBundle({
    spec: forReading(api, common),
    domNode: place,
    layout: 'BaseLayout',
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    persistAuthorization: false,
    // Without it, the viewer would have its maker's host look at the description.
    validatorUrl: null,
    requestInterceptor: withoutTrace,
  });
}

followTheSystem();
said.textContent = 'Loading …';
try {
  const answer = await fetch('/openapi.json');
  if (!answer.ok) throw new Error(`/openapi.json was answered with ${answer.status}`);
  draw(await answer.json());
  said.textContent = '';
} catch (error) {
  said.textContent = `The reference could not be drawn: ${error.message}`;
}
