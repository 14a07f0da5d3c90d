// Debian's Chromium, driven for the tests of the pages: what a page says on its console and whom it asks is noted.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { chromium } from 'playwright-core';

const axeSource = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

/** The windows that pages are looked at in: {wide, phone} × {light, dark}. */
export const windows = [
  ['wide', { width: 1280, height: 900 }],
  ['phone', { width: 390, height: 844 }],
].flatMap(([size, viewport]) =>
  ['light', 'dark'].map((colorScheme) => ({ name: `${size}, ${colorScheme}`, viewport, colorScheme })),
);

/** How long, in ms, a page may take for a step before it counts as stuck: a busy machine is slow, not wrong. */
const patience = 120_000;

/** Starts the browser. As root it runs only without its sandbox; it sees nothing but our own server. */
export const launch = () =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] });

/**
 * Opens a page of the server at `url` in a window of its own. `said`: its complaints, on the console or thrown;
 * `asked`: every request it made. `close` fails when there was a complaint or a request to another origin.
 */
export async function open(browser, url, path, { viewport, colorScheme, ...more } = {}) {
  const context = await browser.newContext({ viewport, colorScheme, ...more });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const said = [];
  const asked = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(error.message));
  page.on('requestfailed', (request) => said.push(`${request.url()}: ${request.failure().errorText}`));
  page.on('request', (request) => asked.push(request.url()));
  page.on('websocket', (socket) => asked.push(socket.url()));
  const answer = await page.goto(url + path, { waitUntil: 'load' });
  assert.equal(answer.status(), 200, path);
  const close = async () => {
    await context.close();
    const foreign = asked.filter((one) => !one.startsWith(`${url}/`) && !one.startsWith('data:'));
    assert.deepEqual(foreign, [], `${path} asks other hosts`);
    assert.deepEqual(said, [], `${path} complains`);
  };
  return { page, asked, said, close };
}

/** Waits until the reference is drawn. */
export const drawn = (page) => page.waitForSelector('.swagger-ui .opblock');

/** What axe finds on the page but for `excluded` (a selector): one line for each place. */
export async function violations(page, excluded = []) {
  // The page's policy forbids scripts in the page, so it goes in from outside, which the policy does not concern.
  await page.evaluate(axeSource);
  const { violations: found } = await page.evaluate(
    (exclude) => globalThis.axe.run({ exclude }, { resultTypes: ['violations'] }),
    excluded.map((selector) => [selector]),
  );
  return found.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${impact}) ${target.join(' ')}: ${failureSummary}`),
  );
}
