// What a load test does first, with the real k6: people join a private topic, broadcast with an
// acknowledgement, and hear each other. Each of them is a connection of serializer 2, every second
// one sends binary frames.
//
// k6 run -e URL=ws://… -e TOKENS=token,token -e TOPIC=trip:1 broadcast.js; its exit code is 99
// where a check failed.

import { check } from 'k6';
import { Counter } from 'k6/metrics';
import { WebSocket } from 'k6/experimental/websockets';

const people = __ENV.TOKENS.split(',');
const topic = `realtime:${__ENV.TOPIC}`;
const messageCount = 5;
const patience = 30_000;

const acknowledged = new Counter('acknowledged');
const received = new Counter('received');

export const options = {
  scenarios: { people: { executor: 'per-vu-iterations', vus: people.length, iterations: 1 } },
  thresholds: {
    checks: ['rate==1'],
    acknowledged: [`count==${people.length * messageCount}`],
    // Everybody hears what all the others have said.
    received: [`count==${people.length * (people.length - 1) * messageCount}`],
  },
};

export default function () {
  const number = __VU - 1;
  const url = `${__ENV.URL}/websocket?vsn=2.0.0&apikey=${people[number]}`;
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  const present = new Set([number]);
  const heard = new Set();
  const answered = new Set();
  let hello;
  let hasSaid = false;

  const late = setTimeout(() => {
    check(null, { 'it was done in time': () => false });
    socket.close();
  }, patience);

  const finishWhenDone = () => {
    const expected = (people.length - 1) * messageCount;
    if (!hasSaid || answered.size < messageCount || heard.size < expected) return;
    // Those who still wait for this one's hello get it first.
    clearTimeout(late);
    setTimeout(() => {
      clearInterval(hello);
      socket.close();
    }, 1_000);
  };

  const broadcast = (ref, payload, isBinary) => {
    if (isBinary) return socket.send(pushFrame('1', ref, topic, 'selection', JSON.stringify(payload)));
    const content = { type: 'broadcast', event: 'selection', payload };
    socket.send(JSON.stringify(['1', ref, topic, 'broadcast', content]));
  };

  // Said again and again until everybody is there, so that nobody misses what counts.
  const sayHello = () => broadcast('hello', { from: number, hello: true }, false);

  const sayAll = () => {
    hasSaid = true;
    for (let index = 0; index < messageCount; index += 1) {
      broadcast(`say ${index}`, { from: number, index }, number % 2 === 1);
    }
  };

  socket.onopen = () => {
    const config = { private: true, broadcast: { ack: true, self: false } };
    socket.send(JSON.stringify(['1', '1', topic, 'phx_join', { config }]));
  };

  const answer = (ref, payload) => {
    if (ref === '1') {
      check(payload, { 'the join is ok': (reply) => reply.status === 'ok' });
      if (payload.status !== 'ok') {
        clearTimeout(late);
        return socket.close();
      }
      hello = setInterval(sayHello, 100);
    } else if (ref.startsWith('say ')) {
      check(payload, { 'a broadcast is acknowledged': (reply) => reply.status === 'ok' });
      acknowledged.add(1);
      answered.add(ref);
    }
  };

  const hear = ({ event, payload }) => {
    if (event !== 'selection') return;
    check(payload, { 'nobody hears themselves': (said) => said.from !== number });
    present.add(payload.from);
    if (payload.hello) return;
    const said = `${payload.from} ${payload.index}`;
    check(said, { 'nothing comes twice': () => !heard.has(said) });
    heard.add(said);
    received.add(1);
  };

  socket.onmessage = ({ data }) => {
    const [, ref, , name, payload] = typeof data === 'string' ? JSON.parse(data) : decoded(data);
    if (name === 'phx_reply') answer(ref, payload);
    if (name === 'broadcast') hear(payload);
    if (!hasSaid && present.size === people.length) sayAll();
    finishWhenDone();
  };

  socket.onerror = ({ error }) => check(error, { 'the connection has no error': () => false });
}

// Kind 3: lengths, encoding 1 for JSON, texts, payload. All of it is ASCII here.
function pushFrame(joinRef, ref, ofTopic, name, payload) {
  const texts = [joinRef, ref, ofTopic, name];
  const head = [3, ...texts.map((text) => text.length), 0, 1];
  const rest = [...(texts.join('') + payload)].map((letter) => letter.charCodeAt(0));
  return new Uint8Array([...head, ...rest]).buffer;
}

// Kind 4 with JSON and without metadata, as the message that it stands for.
function decoded(data) {
  const bytes = new Uint8Array(data);
  const [, topicLength, nameLength, metadataLength] = bytes;
  const text = String.fromCharCode(...bytes.slice(5));
  const event = text.slice(topicLength, topicLength + nameLength);
  const payload = JSON.parse(text.slice(topicLength + nameLength + metadataLength));
  return [null, null, text.slice(0, topicLength), 'broadcast', { event, payload }];
}
