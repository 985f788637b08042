// The development page: one person watches one trip, over the wire protocol that browsers speak.
// What comes from the database is only ever set as text, never as markup.

const heartbeatMilliseconds = 25_000;
const replyMilliseconds = 10_000;
const backoffMilliseconds = { first: 500, factor: 2, most: 8_000 };
const shownCountMax = 200;

/** One WebSocket and the topics joined over it; comes back by itself until it is closed. */
class Connection {
  #token;
  #report;
  #channels = new Map();
  #pending = new Map();
  #socket = null;
  #ref = 0;
  #attempt = 0;
  #isWanted = true;
  #retry = 0;
  #heartbeat = 0;
  #heartbeatRef = null;

  /** `report` has `state(name, detail)`, `refused(topic, reason)`, `joined(topic)`,
   * `message(topic, name, payload)` and `notice(topic, text)`. */
  constructor(token, report) {
    this.#token = token;
    this.#report = report;
    this.#open("connecting");
  }

  /** Joins a private topic, now and after every reconnection. */
  join(topic, broadcast) {
    const channel = { topic, broadcast, joinRef: null, isJoined: false, attempt: 0, retry: 0 };
    this.leave(topic);
    this.#channels.set(topic, channel);
    this.#sendJoin(channel);
  }

  /** Leaves a topic; one that is not joined is no trouble. */
  leave(topic) {
    const channel = this.#channels.get(topic);
    if (!channel) return;
    clearTimeout(channel.retry);
    this.#channels.delete(topic);
    if (channel.joinRef !== null) this.#push(channel.joinRef, topic, "phx_leave", {});
  }

  /** Sends a broadcast; answers what became of it. */
  async broadcast(topic, event, payload) {
    const channel = this.#channels.get(topic);
    if (!channel?.isJoined) return "not joined";
    const body = { type: "broadcast", event, payload };
    const ref = this.#push(channel.joinRef, topic, "broadcast", body);
    if (!channel.broadcast.ack) return "sent, no answer asked for";
    const reply = await this.#reply(ref);
    if (!reply) return "no answer: this person may only watch";
    return reply.status === "ok" ? "accepted" : `refused: ${reasonOf(reply)}`;
  }

  close() {
    this.#isWanted = false;
    this.#stop();
    this.#report.state("disconnected", "");
  }

  #open(state) {
    this.#report.state(state, "");
    const url = new URL("realtime/v1/websocket", location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    url.hash = "";
    url.search = new URLSearchParams({ apikey: this.#token, vsn: "2.0.0" }).toString();
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.addEventListener("open", () => this.#opened(socket));
    socket.addEventListener("message", (event) => this.#received(socket, event.data));
    socket.addEventListener("close", (event) => this.#closed(socket, event));
  }

  #opened(socket) {
    if (socket !== this.#socket) return;
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMilliseconds);
    for (const channel of this.#channels.values()) this.#sendJoin(channel);
  }

  #closed(socket, event) {
    if (socket !== this.#socket) return;
    this.#stop();
    if (!this.#isWanted) return;
    const wait = backoff(this.#attempt++);
    const code = event.code === 1006 ? "the connection broke" : `code ${event.code}`;
    const why = event.reason || code;
    this.#report.state("reconnecting", `${why}; trying again in ${wait / 1000} s`);
    this.#retry = setTimeout(() => this.#open("reconnecting"), wait);
  }

  /** Ends the socket, if there is one, without waiting for its close event. */
  #stop() {
    clearTimeout(this.#retry);
    clearInterval(this.#heartbeat);
    this.#heartbeatRef = null;
    const socket = this.#socket;
    this.#socket = null;
    // Closed while it is still connecting, it would be reported as an error of the page.
    if (socket?.readyState === WebSocket.CONNECTING) {
      socket.addEventListener("open", () => socket.close(1000));
    } else {
      socket?.close(1000);
    }
    for (const resolve of this.#pending.values()) resolve(null);
    this.#pending.clear();
    for (const channel of this.#channels.values()) {
      clearTimeout(channel.retry);
      channel.isJoined = false;
      channel.joinRef = null;
    }
  }

  #beat() {
    if (this.#heartbeatRef !== null) {
      const socket = this.#socket;
      this.#closed(socket, { code: 0, reason: "the gateway did not answer" });
      return;
    }
    this.#heartbeatRef = this.#push(null, "phoenix", "heartbeat", {}, "");
  }

  async #sendJoin(channel) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    const config = {
      broadcast: channel.broadcast,
      presence: { enabled: false },
      postgres_changes: [],
      private: true,
    };
    const payload = { config, access_token: this.#token };
    const ref = this.#push(null, channel.topic, "phx_join", payload);
    channel.joinRef = ref;
    channel.isJoined = false;
    const reply = await this.#reply(ref);
    if (channel.joinRef !== ref || this.#channels.get(channel.topic) !== channel) return;
    if (reply?.status === "ok") {
      channel.isJoined = true;
      channel.attempt = 0;
      this.#attempt = 0;
      this.#report.joined(channel.topic);
    } else if (reply) {
      const reason = reasonOf(reply);
      if (!isFinal(reason)) this.#joinAgain(channel);
      channel.joinRef = null;
      this.#report.refused(channel.topic, reason);
    } else {
      this.#report.state("reconnecting", "the join was not answered; joining again");
      this.#joinAgain(channel);
    }
  }

  #joinAgain(channel) {
    channel.joinRef = null;
    channel.isJoined = false;
    const wait = backoff(channel.attempt++);
    clearTimeout(channel.retry);
    channel.retry = setTimeout(() => this.#sendJoin(channel), wait);
  }

  #push(joinRef, topic, event, payload, prefix = "realtime:") {
    const ref = String(++this.#ref);
    const join = event === "phx_join" ? ref : joinRef;
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify([join, ref, prefix + topic, event, payload]));
    }
    return ref;
  }

  /** The reply to a push, or null when none came in time or the connection was lost. */
  #reply(ref) {
    const { promise, resolve } = Promise.withResolvers();
    const timer = setTimeout(resolve, replyMilliseconds, null);
    this.#pending.set(ref, resolve);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#pending.delete(ref);
    });
  }

  #received(socket, data) {
    if (socket !== this.#socket) return;
    let message;
    try {
      message = typeof data === "string" ? JSON.parse(data) : broadcastIn(data);
    } catch {
      return;
    }
    if (!Array.isArray(message) || message.length < 5) return;
    const [joinRef, ref, wireTopic, event, payload] = message;
    if (event === "phx_reply") {
      if (ref === this.#heartbeatRef) this.#heartbeatRef = null;
      this.#pending.get(ref)?.(payload);
      return;
    }
    const topic = String(wireTopic).replace(/^realtime:/, "");
    const channel = this.#channels.get(topic);
    if (!channel || (joinRef !== null && joinRef !== channel.joinRef)) return;
    this.#dispatch(channel, event, payload ?? {});
  }

  #dispatch(channel, event, payload) {
    switch (event) {
    case "broadcast":
      this.#report.message(channel.topic, payload.event, payload.payload ?? {});
      break;
    case "system":
      if (payload.status === "error") this.#report.refused(channel.topic, payload.message);
      else this.#report.notice(channel.topic, payload.message);
      break;
    case "phx_close":
      clearTimeout(channel.retry);
      this.#channels.delete(channel.topic);
      this.#report.refused(channel.topic, null);
      break;
    case "phx_error":
      this.#report.state("reconnecting", "the channel failed; joining again");
      this.#joinAgain(channel);
      break;
    }
  }
}

/** Reads a binary frame as the array that the same broadcast is as text. */
function broadcastIn(data) {
  const [kind, topicLength, eventLength, metaLength, encoding] = new Uint8Array(data, 0, 5);
  if (kind !== 4) return null;
  let position = 5;
  const part = (length) => new Uint8Array(data, (position += length) - length, length);
  const text = (bytes) => new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  const topic = text(part(topicLength));
  const event = text(part(eventLength));
  part(metaLength);
  const rest = new Uint8Array(data, position);
  const payload = encoding === 0 ? { bytes: rest.length } : JSON.parse(text(rest));
  return [null, null, topic, "broadcast", { type: "broadcast", event, payload }];
}

function backoff(attempt) {
  const { first, factor, most } = backoffMilliseconds;
  return Math.min(first * factor ** attempt, most);
}

/** Whether asking again with the same token would be answered the same. */
function isFinal(reason) {
  return /^(Unauthorized|InvalidJWTToken|MalformedJWT|JwtSign|TopicNameRequired)/.test(reason);
}

function reasonOf(reply) {
  const response = reply.response;
  return typeof response === "string" ? response : response?.reason ?? "no reason given";
}

/** An element with text and attributes; children are elements, or text that stays text. */
function element(name, attributes = {}, ...children) {
  const result = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) result.setAttribute(key, value);
  result.append(...children);
  return result;
}

function shown(value) {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** Lines of a change: of an UPDATE what differs, else what the row holds. */
function fields(operation, record, old) {
  const row = record ?? old ?? {};
  const list = element("dl");
  for (const [name, value] of Object.entries(row)) {
    const before = old?.[name];
    if (operation === "UPDATE" && shown(before) === shown(value)) continue;
    if (operation !== "UPDATE" && value === null) continue;
    const line = element("dd");
    if (operation === "UPDATE") line.append(element("del", {}, shown(before)), " → ");
    line.append(element(operation === "DELETE" ? "del" : "ins", {}, shown(value)));
    list.append(element("dt", {}, name), line);
  }
  return list;
}

const at = (id) => document.getElementById(id);
let connection = null;
let info = { people: [], trips: [], commands: {} };
let tripTopic = null;
let extraTopics = new Set();

function setState(name, detail) {
  const state = at("state");
  state.dataset.state = name;
  state.textContent = name;
  at("detail").textContent = detail;
  at("send").disabled = name !== "connected";
  at("connect").textContent = connection || name === "connecting" ? "Disconnect" : "Connect";
}

function show(item) {
  at("nothing").hidden = true;
  const list = at("changes");
  list.prepend(item);
  while (list.childElementCount > shownCountMax) list.lastElementChild.remove();
}

function heading(title, table, topic) {
  const time = new Date().toLocaleTimeString();
  return [
    element("strong", {}, title),
    element("span", {}, table),
    element("span", { class: "quiet" }, ` · ${topic} · ${time}`),
  ];
}

function showMessage(topic, name, payload) {
  const operations = ["INSERT", "UPDATE", "DELETE"];
  if (operations.includes(name) && payload.operation === name && payload.table) {
    const attributes = {
      "data-operation": name, "data-table": payload.table, "data-topic": topic,
    };
    const rows = fields(name, payload.record, payload.old_record);
    show(element("li", attributes, ...heading(name, payload.table, topic), rows));
    return;
  }
  const attributes = { "data-operation": "BROADCAST", "data-table": "", "data-topic": topic };
  const item = element("li", attributes, ...heading("BROADCAST", String(name), topic));
  item.dataset.event = String(name);
  item.append(fields("INSERT", typeof payload === "object" ? payload : { payload }, null));
  show(item);
}

const report = {
  state: setState,
  joined(topic) {
    if (topic !== tripTopic) {
      at("notice").textContent = `Also watching ${topic}.`;
      return;
    }
    at("refusal").textContent = "";
    setState("connected", `watching ${topic}`);
  },
  refused(topic, reason) {
    if (topic === tripTopic) setState("error", `not watching ${topic}`);
    if (reason !== null) at("refusal").textContent = `${topic}: ${reason}`;
  },
  message: showMessage,
  notice(topic, text) {
    at("notice").textContent = `${topic}: ${text}`;
  },
};

function broadcastSettings() {
  return { self: at("self").checked, ack: at("ack").checked };
}

function joinTrip() {
  if (tripTopic) connection.leave(tripTopic);
  tripTopic = `trip:${at("trip").value}`;
  at("refusal").textContent = "";
  if (at("state").dataset.state !== "reconnecting") setState("connecting", "");
  connection.join(tripTopic, broadcastSettings());
}

function joinExtras() {
  const wanted = new Set();
  if (at("own").checked) wanted.add(`user:${at("person").value}`);
  const session = at("session").value.trim();
  if (session) wanted.add(`session:${session}`);
  for (const topic of extraTopics) if (!wanted.has(topic)) connection.leave(topic);
  for (const topic of wanted) {
    if (!extraTopics.has(topic)) connection.join(topic, { self: false, ack: false });
  }
  extraTopics = wanted;
}

function connect() {
  disconnect();
  const person = info.people.find(({ id }) => id === at("person").value);
  if (!person) return;
  connection = new Connection(person.token, report);
  joinTrip();
  joinExtras();
}

function disconnect() {
  const old = connection;
  connection = null;
  tripTopic = null;
  extraTopics = new Set();
  old?.close();
}

async function send(event) {
  event.preventDefault();
  at("sent").textContent = "…";
  const payload = { text: at("text").value };
  const outcome = await connection?.broadcast(tripTopic, at("event").value, payload);
  at("sent").textContent = outcome ?? "not connected";
}

function fill(select, entries, preferred) {
  select.replaceChildren(...entries.map(({ id, name }) => element("option", { value: id }, name)));
  const match = entries.find(({ id, name }) => preferred === name || preferred === String(id));
  if (match) select.value = match.id;
}

async function begin() {
  const response = await fetch("dev/info.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`dev/info.json: status ${response.status}`);
  info = await response.json();
  const asked = new URLSearchParams(location.search);
  fill(at("person"), info.people, asked.get("person"));
  const trips = info.trips.map(({ id, name }) => ({ id, name: `${id}: ${name}` }));
  fill(at("trip"), trips, asked.get("trip"));
  at("command-watch").textContent = info.commands.watch ?? "";
  at("command-change").textContent = info.commands.change ?? "";

  at("person").addEventListener("change", connect);
  at("trip").addEventListener("change", () => (connection ? joinTrip() : connect()));
  for (const id of ["self", "ack"]) {
    at(id).addEventListener("change", () => connection && joinTrip());
  }
  for (const id of ["own", "session"]) {
    at(id).addEventListener("change", () => connection && joinExtras());
  }
  at("connect").addEventListener("click", () => (connection ? disconnect() : connect()));
  at("broadcast").addEventListener("submit", send);
  at("clear").addEventListener("click", () => {
    at("changes").replaceChildren();
    at("nothing").hidden = false;
  });
  connect();
}

begin().catch((error) => {
  setState("error", "");
  at("refusal").textContent = `The page could not start: ${error.message}`;
});
