// Draws the reference from this server's own description of its API.
const place = document.getElementById('reference');

/** Follows a reference within the document. */
const resolve = (api, node) =>
  node.$ref
    ? node.$ref
        .slice(2)
        .split('/')
        .reduce((at, key) => at[key], api)
    : node;

/** What every method can answer in the same words: said once, not ten times. Status → its reference. */
function commonAnswers(gets) {
  const [first, ...others] = gets.map(({ responses }) => responses);
  const same = Object.entries(first).filter(
    ([status, { $ref }]) => $ref && others.every((responses) => responses[status]?.$ref === $ref),
  );
  return Object.fromEntries(same);
}

/** An example that would be sent as it stands becomes words, unless the path needs it. */
function asWords(parameter) {
  const { example, ...rest } = parameter;
  if (example === undefined || (parameter.in === 'path' && parameter.name !== 'apiKey')) return parameter;
  if (parameter.name === 'apiKey') return rest;
  const text = [example].flat().join(', ');
  return { ...rest, description: `${rest.description.trim()} Example: \`${text}\`` };
}

/** The description as people read it: the GETs alone, since HEAD and OPTIONS say nothing else. */
function forReading(api) {
  const gets = Object.values(api.paths).map(({ get }) => get);
  const common = commonAnswers(gets);
  for (const item of Object.values(api.paths)) {
    delete item.head;
    delete item.options;
    for (const status of Object.keys(common)) delete item.get.responses[status];
  }
  for (const [name, parameter] of Object.entries(api.components.parameters))
    api.components.parameters[name] = asWords(parameter);
  const rows = Object.entries(common).map(
    ([status, answer]) => `| ${status} | ${resolve(api, answer).description.replaceAll('\n', ' ')} |`,
  );
  api.info.description += `\n### Answers of every method\n\n| Status | When |\n|---|---|\n${rows.join('\n')}\n`;
  return api;
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
  globalThis.SwaggerUIBundle({
    spec: forReading(api),
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
try {
  const answer = await fetch('/openapi.json');
  if (!answer.ok) throw new Error(`/openapi.json was answered with ${answer.status}`);
  draw(await answer.json());
} catch (error) {
  place.querySelector('p').textContent = `The reference could not be drawn: ${error.message}`;
}
