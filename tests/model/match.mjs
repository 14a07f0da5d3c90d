// Which page filter matches which URL: the model's own.

/** A LIKE pattern without escape, as the characters it is made of; ASCII letters without case. */
function like(pattern, text) {
  const wanted = [...fold(pattern)];
  const letters = [...fold(text)];
  // reach holds the places in the text that the pattern so far may end at.
  let reach = new Set([0]);
  for (const one of wanted) {
    const next = new Set();
    for (const place of reach) {
      if (one === '%') for (let at = place; at <= letters.length; at += 1) next.add(at);
      else if (place < letters.length && (one === '_' || letters[place] === one)) next.add(place + 1);
    }
    reach = next;
  }
  return reach.has(letters.length);
}

const fold = (text) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Whether a filter {searchFilter, matchType} matches a URL. An empty URL never does. */
export function matches({ searchFilter, matchType }, url) {
  if (url === '') return false;
  if (matchType === 'exact') return url === searchFilter;
  if (matchType === 'prefix') return url.startsWith(searchFilter);
  if (matchType === 'regex') return new RegExp(searchFilter, 'u').test(url);
  return like(`%${searchFilter}%`, url);
}
