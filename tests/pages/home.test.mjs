// The home page in a browser: readable by everybody, on a phone and on a wide screen, by day and by night.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Store } from '../support/store.mjs';
import { launch, open, violations, windows } from './browser.mjs';

let store;
let browser;
before(async () => {
  store = await Store.create();
  await store.serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await store?.close();
});

/** How many pixels of the page lie beside the window. */
const overhang = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const look of windows) {
  test(`${look.name}: nothing for axe to find, nothing beside the window`, async () => {
    const { page, close } = await open(browser, store.url, '/', look);
    assert.deepEqual(await violations(page), []);
    assert.equal(await overhang(page), 0);
    await close();
  });
}

test('it follows the system into the dark and back', async () => {
  const { page, close } = await open(browser, store.url, '/', windows[0]);
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.notEqual(await ground(), light);
  await page.emulateMedia({ colorScheme: 'light' });
  assert.equal(await ground(), light);
  await close();
});

test('at 200 % on a small screen and at 400 % on a wide one nothing lies beside the window', async () => {
  // Zooming in by 2 halves the width that the page sees.
  for (const viewport of [
    { width: 320, height: 500 },
    { width: 195, height: 422 },
  ]) {
    const { page, close } = await open(browser, store.url, '/', { viewport });
    assert.equal(await overhang(page), 0, `${viewport.width} wide`);
    await close();
  }
});

test('without JavaScript all of it is there', async () => {
  const { page, close } = await open(browser, store.url, '/', { javaScriptEnabled: false });
  assert.match(await page.title(), /^Parley \d+\.\d+\.\d+$/);
  assert.equal(await page.locator('h1').count(), 1);
  assert.match(await page.locator('#example').innerText(), /^curl 'http:\/\/127\.0\.0\.1:\d+\/message\//);
  assert.equal(await page.locator('a[href="/docs"]').first().isVisible(), true);
  assert.equal(await page.locator('#copy').isVisible(), false, 'a button that cannot work');
  await close();
});

test('the example is copied as it stands', async () => {
  const permissions = ['clipboard-read', 'clipboard-write'];
  const { page, close } = await open(browser, store.url, '/', { permissions });
  const line = await page.locator('#example').innerText();
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByText('Copied.').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), line);
  const answer = await fetch(/'([^']+)'/.exec(line)[1]);
  assert.equal(answer.status, 401, 'the address is right but for the key');
  await close();
});

test('everything that can be used is reached by the keyboard, and seen when it is', async () => {
  const { page, close } = await open(browser, store.url, '/', windows[1]);
  const usable = await page.locator('a:visible, button:visible').count();
  const reached = [];
  for (let step = 0; step < usable; step += 1) {
    await page.keyboard.press('Tab');
    reached.push(
      await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
        const box = document.activeElement.getBoundingClientRect();
        const isSeen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && box.left >= 0;
        document.activeElement.dataset.reached = '';
        return `${document.activeElement.tagName} ${document.activeElement.textContent.trim()} ${isSeen}`;
      }),
    );
  }
  assert.match(reached[0], /Skip to the content true/);
  assert.deepEqual(
    reached.filter((one) => !one.endsWith(' true') || one.startsWith('BODY')),
    [],
  );
  assert.equal(await page.locator('[data-reached]').count(), usable, 'each once');
  await close();
});
