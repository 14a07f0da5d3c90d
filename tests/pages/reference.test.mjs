// The reference in a browser: drawn from this server's own description, asking no other host, and each form really
// asks this server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { operations, spec } from '../support/spec.mjs';
import { eventually, Store } from '../support/store.mjs';
import { drawn, launch, open, violations, windows } from './browser.mjs';

/** The viewer's own part of the page, which is not ours to mend. */
const viewers = '.swagger-ui';

let store;
let key;
let browser;
before(async () => {
  store = await Store.create();
  await store.must(['demo', '--store', store.name, '--account', '1', '--conversations', '50', '--seed', '7']);
  key = await store.createKey();
  await store.serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await store?.close();
});

const openReference = async (look, hash = '') => {
  const opened = await open(browser, store.url, `/docs${hash}`, look);
  await drawn(opened.page);
  return opened;
};

for (const look of windows) {
  test(`${look.name}: nothing for axe to find on our parts, nothing beside the window`, async () => {
    const { page, close } = await openReference(look);
    assert.deepEqual(await violations(page, [viewers]), []);
    const overhang = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(overhang, 0);
    await close();
  });
}

test('every method is there, once, in the group that the description gives it', async () => {
  const { page, close } = await openReference(windows[0]);
  const shown = await page.locator('.opblock').evaluateAll((blocks) => blocks.map(({ id }) => id));
  const wanted = Object.values(spec.paths).map(({ get }) => `operations-${get.tags[0]}-${get.operationId}`);
  assert.deepEqual(shown.toSorted(), wanted.toSorted());
  await close();
});

test('it follows the system into the dark and back, the viewer with it', async () => {
  const { page, close } = await openReference(windows[0]);
  const colours = () =>
    page.evaluate(
      (selector) =>
        [document.body, document.querySelector(selector)].map((part) => getComputedStyle(part).color),
      viewers,
    );
  const light = await colours();
  await page.emulateMedia({ colorScheme: 'dark' });
  const isDark = async () => (await colours()).every((one, index) => one !== light[index]);
  await eventually(isDark, 'both are dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await eventually(async () => (await colours()).join() === light.join(), 'both are as before');
  await close();
});

/** Opens a method's form, fills in what is given by the parameter's name, and sends it. */
async function tryOut(page, name, values) {
  const operation = operations.find((one) => one.name === name && one.verb === 'GET');
  const block = page.locator(`#operations-${spec.paths[operation.template].get.tags[0]}-${name}`);
  await block.getByRole('button', { name: 'Try it out' }).click();
  for (const [parameter, value] of Object.entries(values))
    await block.locator(`tr[data-param-name="${parameter}"] input`).fill(value);
  await block.getByRole('button', { name: 'Execute' }).click();
  const answer = block.locator('.live-responses-table .response').first();
  await answer.waitFor();
  return {
    status: await answer.locator('.response-col_status').innerText(),
    text: await answer.innerText(),
  };
}

test('a form asks this server, and shows the answer', async () => {
  for (const look of [windows[0], windows[3]]) {
    const { page, asked, close } = await openReference(look, '#/agents/grabAgents');
    const { status, text } = await tryOut(page, 'grabAgents', { apiKey: key, userId: '1' });
    assert.match(status, /^200/);
    assert.match(text, /"result": "success"/);
    assert.match(text, /"agentEmail": "[^"]+@/);
    assert.ok(asked.includes(`${store.url}/message/grabAgents/${key}/1`));
    await close();
  }
});

test('a form sends what was typed and no example', async () => {
  const { page, asked, close } = await openReference(windows[0], '#/conversations/listConversations');
  const values = { apiKey: key, fromDate: '2000-01-01', toDate: '2099-12-31' };
  const { status } = await tryOut(page, 'listConversations', values);
  assert.match(status, /^200/);
  const sent = asked.filter((one) => one.includes('/message/'));
  assert.deepEqual(sent, [`${store.url}/message/listConversations/${key}/1/2000-01-01/2099-12-31`]);
  await close();
});

test('nothing of the key stays behind', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${store.url}/docs#/agents/grabAgents`);
  await drawn(page);
  await tryOut(page, 'grabAgents', { apiKey: key, userId: '1' });
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);
  assert.equal(page.url().includes(key), false);
  assert.deepEqual(await context.cookies(), []);
  await page.reload();
  await drawn(page);
  assert.equal((await page.content()).includes(key), false);
  await context.close();
});

test('a wrong key is refused as the reference says, and that is shown too', async () => {
  const { page, said, close } = await openReference(windows[0], '#/agents/grabAgents');
  const { status, text } = await tryOut(page, 'grabAgents', { apiKey: 'wrong', userId: '1' });
  assert.match(status, /^401/);
  assert.match(text, /"error": "unauthorized"/);
  // A browser notes every 401 on its console.
  assert.equal(said.length, 1);
  said.pop();
  await close();
});

test('without JavaScript it says where else to look', async () => {
  const { page, close } = await open(browser, store.url, '/docs', { javaScriptEnabled: false });
  assert.match(await page.locator('noscript').innerText(), /openapi\.json/);
  await close();
});
