// Node's http and http2 against a proxy with echo_service behind it.
//   node node_client.mjs http://HOST:PORT
//   node node_client.mjs https://HOST:PORT CA_FILE
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import { once } from "node:events";

const [base, authorityPath] = process.argv.slice(2);
const trust = authorityPath ? { ca: fs.readFileSync(authorityPath) } : {};
const library = authorityPath ? https : http;
const upload = Buffer.alloc(3_000_000, "upload\n");

async function collect(stream) {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

// What comes back for one request of http or https; `write` sends its body.
async function byHttp1(path, options, write = (request) => request.end()) {
  const request = library.request(base + path, { ...trust, ...options });
  const answered = once(request, "response");
  write(request);
  const [response] = await answered;
  const body = await collect(response);
  return { response, body, request };
}

const cases = {
  async "HTTP/1: a request"() {
    const { response, body } = await byHttp1("/bytes?n=100000", {});
    assert.equal(response.statusCode, 200);
    assert.equal(body.length, 100_000);
  },
  async "HTTP/1: an upload in chunks"() {
    const { body } = await byHttp1("/echo", { method: "PUT" }, (request) => {
      request.write(upload);
      request.end();
    });
    assert.ok(body.equals(upload));
  },
  async "HTTP/1: an upload that waits for 100 Continue"() {
    let hasContinued = false;
    const headers = { Expect: "100-continue", "Content-Length": upload.length };
    const { body } = await byHttp1("/echo", { method: "POST", headers }, (request) => {
      request.on("continue", () => {
        hasContinued = true;
        request.end(upload);
      });
      request.flushHeaders();
    });
    assert.ok(hasContinued && body.equals(upload));
  },
  async "HTTP/1: trailers both ways"() {
    const { response } = await byHttp1("/echo", { method: "POST", headers: { Trailer: "x-sum" } }, (request) => {
      request.write("body");
      request.addTrailers({ "x-sum": "sum of it" });
      request.end();
    });
    assert.equal(response.trailers["x-echo-x-sum"], "sum of it");
  },
  async "HTTP/1: an agent keeps its connection"() {
    const agent = new library.Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 20; i++) {
      const { request } = await byHttp1("/echo", { agent });
      assert.equal(request.reusedSocket, i > 0);
    }
    agent.destroy();
  },
  async "HTTP/1: 50 requests at a time"() {
    const all = await Promise.all(Array.from({ length: 50 }, (_, i) =>
      byHttp1("/echo", { method: "POST" }, (request) => request.end(`request ${i}`))));
    assert.deepEqual(all.map(({ body }) => body.toString()), all.map((_, i) => `request ${i}`));
  },
  async "HTTP/1: a response given up midway"() {
    const request = library.request(`${base}/bytes?n=20000000`, trust);
    request.end();
    const [response] = await once(request, "response");
    await once(response, "data");
    request.on("error", () => {});
    response.on("error", () => {});
    request.destroy();
    assert.equal((await byHttp1("/bytes?n=10", {})).body.length, 10);
  },
};

// A case of one session of http2; `ask(fields, body)` gives what comes back.
function overHttp2(run) {
  return async () => {
    const session = http2.connect(base, trust);
    const ask = async (fields, body = null, options = {}) => {
      const stream = session.request(fields, { endStream: body === null, ...options });
      const trailers = once(stream, "trailers").catch(() => []);
      const answered = once(stream, "response");
      if (options.waitForTrailers) stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "sum of it" }));
      if (body !== null) stream.end(body);
      const [head] = await answered;
      return { head, body: await collect(stream), trailers };
    };
    try {
      await run(ask, session);
    } finally {
      session.close();
    }
  };
}

Object.assign(cases, {
  "HTTP/2: a request": overHttp2(async (ask) => {
    const { head, body } = await ask({ ":path": "/bytes?n=100000" });
    assert.equal(head[":status"], 200);
    assert.equal(body.length, 100_000);
  }),
  "HTTP/2: an upload": overHttp2(async (ask) => {
    const { body } = await ask({ ":path": "/echo", ":method": "POST" }, upload);
    assert.ok(body.equals(upload));
  }),
  "HTTP/2: trailers both ways": overHttp2(async (ask) => {
    const fields = { ":path": "/echo", ":method": "POST", trailer: "x-sum" };
    const { trailers } = await ask(fields, "body", { waitForTrailers: true });
    assert.equal((await trailers)[0]["x-echo-x-sum"], "sum of it");
  }),
  "HTTP/2: 50 requests at a time": overHttp2(async (ask) => {
    const all = await Promise.all(Array.from({ length: 50 }, (_, i) =>
      ask({ ":path": "/echo", ":method": "POST" }, `request ${i}`)));
    assert.deepEqual(all.map(({ body }) => body.toString()), all.map((_, i) => `request ${i}`));
  }),
  "HTTP/2: a response given up midway": overHttp2(async (ask, session) => {
    const stream = session.request({ ":path": "/bytes?n=20000000" });
    await once(stream, "data");
    stream.on("error", () => {});
    stream.close(http2.constants.NGHTTP2_CANCEL);
    assert.equal((await ask({ ":path": "/bytes?n=10" })).body.length, 10);
  }),
  "HTTP/2: the proxy answers PING": overHttp2(async (ask, session) => {
    await ask({ ":path": "/echo" });
    await new Promise((resolve, reject) => session.ping((error) => (error ? reject(error) : resolve())));
  }),
});

let failed = 0;
for (const [name, run] of Object.entries(cases)) {
  try {
    await run();
    console.log(`${name.padEnd(50)}passed`);
  } catch (error) {
    failed++;
    console.log(`${name.padEnd(50)}FAILED: ${error.message}`);
  }
}
console.log(`${Object.keys(cases).length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
