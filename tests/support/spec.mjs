// Reads spec/openapi.yaml and judges exchanges by it. What the spec does not say is not allowed.
import { readFileSync } from 'node:fs';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

import addFormats from 'ajv-formats';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse } from 'yaml';

export const spec = parse(readFileSync(new URL('../../spec/openapi.yaml', import.meta.url), 'utf8'));

const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats(ajv);
ajv.addKeyword({ keyword: 'x-key-order', type: 'object', validate: keysStandInOrder, errors: true });
ajv.addSchema(spec, 'spec');
const validators = new Map();

function keysStandInOrder(order, value) {
  const keys = Object.keys(value).filter((key) => order.includes(key));
  const expected = order.filter((key) => key in value);
  const good = keys.join() === expected.join();
  keysStandInOrder.errors = good ? [] : [{ keyword: 'x-key-order', message: `keys stand as ${keys.join()}` }];
  return good;
}

/** Follows `$ref` until something stands there. */
export function resolve(node) {
  while (node?.$ref)
    node = node.$ref
      .slice(2)
      .split('/')
      .reduce((at, key) => at[unescape(key)], spec);
  return node;
}

const unescape = (key) => key.replaceAll('~1', '/').replaceAll('~0', '~');

/** The problems of a value under a schema at a JSON pointer of the spec, as texts. */
export function problemsAt(pointer, value) {
  if (!validators.has(pointer)) validators.set(pointer, ajv.compile({ $ref: `spec#${pointer}` }));
  const validate = validators.get(pointer);
  if (validate(value)) return [];
  return validate.errors.map(
    (error) => `${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params ?? '')}`,
  );
}

const escape = (key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));

/** Every operation: {name, template, verb, responses: {status: {response, pointer}}}. */
export const operations = Object.entries(spec.paths).flatMap(([template, item]) =>
  ['get', 'head', 'options'].map((verb) => ({
    name: template.split('/')[2],
    template,
    verb: verb.toUpperCase(),
    responses: Object.fromEntries(
      Object.entries(item[verb].responses).map(([status, response]) => [
        status,
        {
          response: resolve(response),
          pointer: response.$ref?.slice(1) ?? `/paths/${escape(template)}/${verb}/responses/${status}`,
        },
      ]),
    ),
  })),
);

/** The `error` codes that a response may carry. */
export function errorCodes(response) {
  const schema = response.content?.['application/json; charset=utf-8']?.schema;
  const error = schema?.allOf?.[1]?.properties?.error;
  return error?.enum ?? (error ? [error.const] : []);
}

/** What a path that belongs to no method may answer. */
const elsewhere = {
  name: '(elsewhere)',
  responses: Object.fromEntries(
    Object.entries({
      400: 'BadRequest',
      404: 'UnknownMethod',
      405: 'MethodNotAllowed',
      413: 'ContentTooLarge',
      414: 'UriTooLong',
      431: 'HeadersTooLarge',
    }).map(([status, name]) => [
      status,
      { response: spec.components.responses[name], pointer: `/components/responses/${name}` },
    ]),
  ),
};

/**
 * The operation a request belongs to, by the name in its path, whatever follows. Other verbs are judged as
 * GET.
 */
export function operationFor(verb, target) {
  const segments = target.split('?')[0].split('/');
  const [empty, root, name] = segments.map((segment) => decode(segment));
  const wanted = ['HEAD', 'OPTIONS'].includes(verb) ? verb : 'GET';
  const found =
    empty === '' && root === 'message' && operations.find((one) => one.name === name && one.verb === wanted);
  return found || { ...elsewhere, verb: wanted };
}

function decode(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * Judges one exchange {verb, target, status, headers, body}: the problems as texts, and under which keys it
 * counts for the coverage.
 */
export function judge(exchange) {
  const operation = operationFor(exchange.verb, exchange.target);
  const documented = operation.responses[exchange.status];
  if (!documented)
    return { problems: [`status ${exchange.status} is not documented for ${operation.name}`], hits: [] };
  const problems = headerProblems(exchange, documented.response);
  const hit = `${operation.name} ${operation.verb} ${exchange.status}`;
  if (exchange.verb === 'HEAD' || [204, 304].includes(exchange.status)) {
    if (exchange.body.length) problems.push(`a body of ${exchange.body.length} bytes where none may be`);
    return { problems, hits: [hit] };
  }
  const detail = bodyProblems(exchange, documented, problems);
  return { problems, hits: [detail ? `${hit} ${detail}` : hit] };
}

function headerProblems(exchange, response) {
  const problems = [];
  for (const [name, reference] of Object.entries(response.headers ?? {})) {
    const header = resolve(reference);
    const value = exchange.headers[name.toLowerCase()];
    if (value === undefined) {
      if (header.required) problems.push(`the header ${name} is missing`);
      continue;
    }
    const pointer = reference.$ref ? `${reference.$ref.slice(1)}/schema` : null;
    if (pointer)
      problems.push(...problemsAt(pointer, value).map((text) => `header ${name}: ${value}: ${text}`));
  }
  return problems;
}

function bodyProblems(exchange, { response, pointer }, problems) {
  const type = exchange.headers['content-type'];
  if (!response.content?.[type]) {
    problems.push(`content type ${type} is not documented for ${exchange.status}`);
    return '';
  }
  if (type.startsWith('text/csv')) {
    if (!exchange.headers['content-disposition']) problems.push('a CSV without Content-Disposition');
    return 'csv';
  }
  const rowSchema = response.content[type]['x-row-schema'];
  if (rowSchema) {
    problems.push(...rowProblems(plainBody(exchange).toString('utf8'), rowSchema));
    return 'ndjson';
  }
  if (type.endsWith('.spreadsheetml.sheet')) {
    if (!exchange.body.subarray(0, 4).equals(Buffer.from('PK\x03\x04'))) problems.push('no workbook');
    return 'xlsx';
  }
  let value;
  try {
    value = JSON.parse(plainBody(exchange).toString('utf8'));
  } catch (error) {
    problems.push(`the body is no JSON: ${error.message}`);
    return '';
  }
  problems.push(...problemsAt(`${pointer}/content/${escape(type)}/schema`, value));
  if ('length' in value && value.length !== value.json?.length) {
    problems.push(`length is ${value.length}, the rows are ${value.json?.length}`);
  }
  return value.error ?? '';
}

/** The problems of an answer of one row a line. */
function rowProblems(text, schema) {
  if (text && !text.endsWith('\n')) return ['the last line has no end'];
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      try {
        return problemsAt(`/components/schemas/${schema}`, JSON.parse(line));
      } catch (error) {
        return [`a line is no JSON: ${error.message}`];
      }
    });
}

/** The body without its content coding. */
export function plainBody(exchange) {
  const coding = exchange.headers['content-encoding'];
  if (coding === 'zstd') return zstdDecompressSync(exchange.body);
  return coding === 'gzip' ? gunzipSync(exchange.body) : exchange.body;
}
