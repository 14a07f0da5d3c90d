// Who may read: where a key may stand, and when it is good no more.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle } from '../support/bundle.mjs';
import { Client } from '../support/client.mjs';
import { eventually, secret, served } from '../support/store.mjs';

let one;
let client;
before(async () => {
  one = await served(new Bundle({ sid: 1 }).agent(1), new Bundle({ sid: 2 }).agent(2));
  client = one.client;
});
after(() => one?.store.close());

const as = (key, sid = 1) => new Client(one.server.url, key, sid);
const bearer = (key, scheme = 'Bearer') => ({ headers: { Authorization: `${scheme} ${key}` } });

test('a key opens its own account and no other', async () => {
  assert.equal((await client.get('grabAgents')).rows[0].agentID, 1);
  assert.equal((await as(client.key, 2).get('grabAgents')).status, 401);
  const second = await one.store.createKey({ account: 2 });
  assert.equal((await as(second, 2).get('grabAgents')).rows[0].agentID, 2);
  assert.equal((await as(second, 1).get('grabAgents')).status, 401);
});

test('Bearer is taken with - in the path', async () => {
  const dash = as('-');
  assert.equal((await dash.get('grabAgents', '', '', bearer(client.key))).status, 200);
  assert.equal((await dash.get('grabAgents', '', '', bearer(client.key, 'bearer'))).status, 200);
  assert.equal((await dash.get('grabAgents')).status, 401);
  assert.equal((await dash.get('grabAgents', '', '', bearer('-'))).status, 401);
  assert.equal((await dash.get('grabAgents', '', '', bearer(''))).status, 401);
  assert.equal((await dash.get('grabAgents', '', '', bearer(client.key, 'Basic'))).status, 401);
  assert.equal(
    (await dash.get('grabAgents', '', '', bearer(secret('no-such-key-in-the-header')))).status,
    401,
  );
  assert.equal((await as('-', 2).get('grabAgents', '', '', bearer(client.key))).status, 401);
});

test('the same key may stand in both places', async () => {
  assert.equal((await client.get('grabAgents', '', '', bearer(client.key))).status, 200);
});

test('what only resembles a key is 401', async () => {
  const { key } = client;
  const swapped = key.toLowerCase() === key ? key.toUpperCase() : key.toLowerCase();
  for (const near of [
    key.slice(0, -1),
    `${key}0`,
    `%20${key}`,
    `${key}%01`,
    swapped,
    `${key}%2F`,
    '%27%20OR%201=1--',
    '',
  ]) {
    if (near.length > 8) secret(decodeURIComponent(near).trim());
    const answer = await as(near).get('grabAgents');
    assert.equal(answer.status, 401, near);
  }
});

test('a percent-encoded key is the key', async () => {
  const encoded = [...client.key].map((one) => `%${one.charCodeAt(0).toString(16)}`).join('');
  assert.equal((await as(encoded).get('grabAgents')).status, 200);
});

test('a scope that does not include chat:read is 403, several scopes with it are good', async () => {
  assert.equal((await as(await one.store.createKey({ scope: 'chat:write' })).get('grabAgents')).status, 403);
  assert.equal(
    (await as(await one.store.createKey({ scope: 'chat:read,chat:write' })).get('grabAgents')).status,
    200,
  );
});

test('a key made while the server runs is good at once, and stops within a second of its end', async () => {
  const key = await one.store.createKey({ name: 'short-lived' });
  assert.equal((await as(key).get('grabAgents')).status, 200);
  await revoke('short-lived');
  const answer = await stopped(() => as(key).get('grabAgents'));
  assert.equal(answer.text, (await as('nobody').get('grabAgents')).text);
  assert.equal((await client.get('grabAgents')).status, 200, 'other keys go on');
});

test('an ETag does not outlive its key', async () => {
  const key = await one.store.createKey({ name: 'conditional' });
  const { etag } = (await as(key).get('grabAgents')).headers;
  await revoke('conditional');
  const headers = { 'If-None-Match': etag };
  await stopped(() => as(key).get('grabAgents', '', '', { headers }));
});

test('an expired key is 401, and one that has not expired is good', async () => {
  const late = new Date(Date.now() + 3_000).toISOString();
  const key = await one.store.createKey({ expires: late, name: 'expiring' });
  const year = new Date(Date.now() + 366 * 86_400_000).toISOString().slice(0, 10);
  assert.equal((await as(await one.store.createKey({ expires: year })).get('grabAgents')).status, 200);
  const answer = await eventually(async () => {
    const now = await as(key).get('grabAgents');
    return now.status === 401 && now;
  }, 'the key expires');
  assert.equal(answer.text, (await as('nobody').get('grabAgents')).text);
  assert.ok(Date.now() >= Date.parse(late), 'not before its time');
});

test('key list shows names and scopes, never a key', async () => {
  const key = await one.store.createKey({ name: 'the listed one' });
  const { stdout } = await one.store.must(['key', 'list', '--store', one.store.name, '--account', '1']);
  assert.match(stdout, /the listed one/);
  assert.match(stdout, /chat:read/);
  assert.equal(stdout.includes(key), false);
});

/** Asks until the key is refused, for the second that the contract gives; then it stays refused. */
async function stopped(ask) {
  const isRefused = async () => (await ask()).status === 401;
  await eventually(isRefused, 'the key stops', 1000);
  const answer = await ask();
  assert.equal(answer.status, 401);
  return answer;
}

/** Revokes by the id that `key list` shows on the line with this name. */
async function revoke(name) {
  const { stdout } = await one.store.must(['key', 'list', '--store', one.store.name, '--account', '1']);
  const line = stdout.split('\n').find((text) => text.includes(name));
  const id = /\d+/.exec(line)[0];
  await one.store.must(['key', 'revoke', '--store', one.store.name, '--account', '1', '--key', id]);
}
