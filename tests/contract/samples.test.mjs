// The vendor's samples, byte for byte, with the page's comments and typos taken out. Where rows have equal
// times the page shows them in no order; ours is the contract's: messages by id, tags and labels by their
// text. The labels' impossible date (2020-00-00) becomes the conversation's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle, newYear } from '../support/bundle.mjs';
import { served } from '../support/store.mjs';

const picture = { agentPicture: 'https://example.org/avatar.png', agentLastActive: newYear };
const john = { agentName: 'John', agentEmail: 'john.doe@example.org', ...picture };
const johnDoe = { ...john, agentName: 'John Doe', department: 'Support', groups: 'Sales,Support' };

/** Account 1 holds every sample but those that contradict it, which are account 2's. */
function firstAccount() {
  const bundle = new Bundle({ sid: 1 });
  bundle.agent(1, { ...john, department: 'Support', groups: 'Sales,Support' });
  bundle.pageFilter(1, 'searchFilter', { searchName: 'searchName' });
  bundle.conversation('V1').conversation('V18751500044654323221');
  bundle.message(1, 'V1', 'Hello', { from: 'John', agentID: 1 });
  bundle.message(2, 'V1', 'how can i help you today? :)', { from: 'John', agentID: 1 });
  bundle.message(702005, 'V1', 'Hi, where can i find the documentation page?');
  bundle.visit(702004, 'V1', 'https://example.org/support');
  bundle.tag('V1', 'John Doe', { type: 0 }).tag('V1', 'Custom tag');
  bundle.label('V1', 'Support').label('V1', 'BankId Verified', { createdDate: '2020-00-00T00:00:00.000Z' });
  return bundle.card('V1', '1', 'Name: John Doe');
}

function secondAccount() {
  const bundle = new Bundle({ sid: 2 });
  bundle.agent(1, johnDoe);
  const jane = { agentName: 'Jane Doe', agentEmail: 'jane.doe@example.org', ...picture };
  bundle.agent(2, { ...jane, department: 'Marketing', isBackOffice: '1', groups: 'Marketing' });
  bundle.conversation('V1');
  for (const text of ['label1', 'label2']) bundle.label('V1', text);
  for (const text of ['tag1', 'tag2']) bundle.tag('V1', text);
  const answered = { agentName: 'John Doe', agentEmail: 'john.doe@example.org', duration: 100000, rating: 4 };
  bundle.chat('V1', newYear, { ...answered, responseTime: 5000 });
  return bundle.chat('V1', newYear, { agentName: 'John Doe', agentEmail: 'john.doe@example.org' });
}

let one;
let first;
let second;
before(async () => {
  one = await served(firstAccount(), secondAccount());
  first = one.client;
  second = await one.store.client({ account: 2 });
});
after(() => one?.store.close());

async function gives(client, method, tail, text, query = '') {
  const answer = await client.get(method, tail, query);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
  assert.equal(answer.text, text.replaceAll('\n', ''));
}

test('listConversations', () =>
  gives(
    first,
    'listConversations',
    '/2020-01-01/2020-01-01',
    `{"result":"success","json":[
{"sid":1,"conversationID":"V1","date":"2020-01-01T00:00:00.000Z"},
{"sid":1,"conversationID":"V18751500044654323221","date":"2020-01-01T00:00:00.000Z"}
],"length":2}`,
  ));

test('grabConversation', () =>
  gives(
    first,
    'grabConversation',
    '/V1',
    `{"result":"success","json":[
{"id":1,"sid":1,"conversationID":"V1","from":"John","message":"Hello","date":"2020-01-01T00:00:00.000Z","agentID":1},
{"id":2,"sid":1,"conversationID":"V1","from":"John","message":"how can i help you today? :)",
"date":"2020-01-01T00:00:00.000Z","agentID":1},
{"id":702004,"sid":1,"conversationID":"V1","from":"system",
"message":"{\\"type\\":\\"visitorJoin\\",\\"currentPage\\":\\"https://example.org/support\\"}",
"date":"2020-01-01T00:00:00.000Z","agentID":null},
{"id":702005,"sid":1,"conversationID":"V1","from":"V1","message":"Hi, where can i find the documentation page?",
"date":"2020-01-01T00:00:00.000Z","agentID":0}
],"length":4}`,
  ));

test('grabVisitorInfo', () =>
  gives(
    first,
    'grabVisitorInfo',
    '/V1',
    `{"result":"success","json":[
{"trafficType":"Direct","se_type":"","sid":1,"conversationID":"V1","last_visit":"2020-01-01T00:00:00.000Z",
"browser":"Chrome 50.0.0","os":"Windows 7 0.0.0","user_city":"Stockholm","user_country":"Sweden",
"exitPage":"https://imbox.se/"}
]}`,
  ));

test('grabVisitorTags', () =>
  gives(
    first,
    'grabVisitorTags',
    '/V1',
    `{"result":"success","json":[
{"sid":1,"conversationID":"V1","createdDate":"2020-01-01T00:00:00.000Z","tag":"Custom tag","type":1},
{"sid":1,"conversationID":"V1","createdDate":"2020-01-01T00:00:00.000Z","tag":"John Doe","type":0}
],"length":2}`,
  ));

test('grabVisitorLabels', () =>
  gives(
    first,
    'grabVisitorLabels',
    '/V1',
    `{"result":"success","json":[
{"conversationID":"V1","createdDate":"2020-01-01T00:00:00.000Z","label":"BankId Verified"},
{"conversationID":"V1","createdDate":"2020-01-01T00:00:00.000Z","label":"Support"}
]}`,
  ));

test('grabVisitorCards', () =>
  gives(
    first,
    'grabVisitorCards',
    '/V1',
    `{"result":"success","json":[
{"dataID":"1","data":"Name: John Doe","sid":1,"conversationID":"V1",
"createdDate":"2020-01-01T00:00:00.000Z","updatedDate":"2020-01-01T00:00:00.000Z"}
]}`,
  ));

test('grabAgent', () =>
  gives(
    first,
    'grabAgent',
    '/1',
    `{"result":"success","json":[
{"agentID":1,"sid":1,"agentName":"John","agentEmail":"john.doe@example.org",
"agentPicture":"https://example.org/avatar.png","agentLastActive":"2020-01-01T00:00:00.000Z",
"department":"Support","isBackOffice":"0","groups":"Sales,Support"}
]}`,
  ));

test('grabAgents', () =>
  gives(
    second,
    'grabAgents',
    '',
    `{"result":"success","json":[
{"agentID":1,"sid":2,"agentName":"John Doe","agentEmail":"john.doe@example.org",
"agentPicture":"https://example.org/avatar.png","agentLastActive":"2020-01-01T00:00:00.000Z",
"department":"Support","isBackOffice":"0","groups":"Sales,Support"},
{"agentID":2,"sid":2,"agentName":"Jane Doe","agentEmail":"jane.doe@example.org",
"agentPicture":"https://example.org/avatar.png","agentLastActive":"2020-01-01T00:00:00.000Z",
"department":"Marketing","isBackOffice":"1","groups":"Marketing"}
],"length":2}`,
  ));

// The page gives the second chat no labels although both are of one conversation: they are the
// conversation's.
test('chatStatistics', () =>
  gives(
    second,
    'chatStatistics',
    '',
    `{"result":"success","json":[
{"channel":"V1","agentName":"John Doe","agentEmail":"john.doe@example.org","referral":"Direct","searchEngine":"",
"exitPage":"https://example.org/","browser":"Chrome 50.0.0","os":"OS X","city":"Stockholm","country":"Sweden",
"labels":["label1","label2"],"tags":["tag1","tag2"],"duration":100000,"rating":4,"responseTime":5000,
"startedAt":"2020-01-01T00:00:00.000Z"},
{"channel":"V1","agentName":"John Doe","agentEmail":"john.doe@example.org","referral":"Direct","searchEngine":"",
"exitPage":"https://example.org/","browser":"Chrome 50.0.0","os":"OS X","city":"Stockholm","country":"Sweden",
"labels":["label1","label2"],"tags":["tag1","tag2"],"duration":null,"rating":null,"responseTime":null,
"startedAt":"2020-01-01T00:00:00.000Z"}
],"length":2}`,
    'startTime=2020-01-01T00%3A00%3A00.000Z&endTime=2020-01-01T00%3A00%3A00.000Z&agentIds=1&agentIds=2&channel=V1',
  ));

test('pageFilters', () =>
  gives(
    first,
    'pageFilters',
    '',
    `{"result":"success","json":[
{"id":1,"sid":1,"searchFilter":"searchFilter","searchName":"searchName","matchType":"like"}
],"length":1}`,
  ));
