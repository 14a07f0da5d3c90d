// The last file of the suite: every method was asked, and every documented answer was seen by some test.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { allHits, forgetHits, outOfReach, wanted } from '../support/coverage.mjs';

test('every method and every documented answer was hit', (context) => {
  const hits = allHits();
  const missing = wanted().filter((key) => !hits.has(key));
  context.diagnostic(
    `${wanted().length} documented answers; out of reach: ${outOfReach.map(({ status }) => status)}`,
  );
  forgetHits();
  assert.deepEqual(missing, [], 'documented, but never seen (this file must run after all others)');
});
