// A CSMS on ocpp-rpc, strict: it refuses every message that does not fit its schema.
"use strict";

const { readFileSync } = require("fs");
const { createServer } = require("https");
const { RPCServer } = require("ocpp-rpc");
const { answers, deflate, options, questions, say, watch } = require("./talk.cjs");

const server = new RPCServer({ protocols: [options.protocol], strictMode: true, wssOptions: { perMessageDeflate: deflate } });

const talking = new Set();
let over = false;

server.auth((accept, reject, handshake) => {
  const password = handshake.password === undefined ? null : handshake.password.toString("utf8");
  say("auth", { identity: handshake.identity, password });
  if (password !== options.password) reject(401, "Unauthorized");
  else accept();
});

server.on("client", (client) => {
  watch(client);
  talking.add(client);
  client.on("close", ({ code, reason }) => {
    say("closed", { code, reason: String(reason) });
    talking.delete(client);
    leaveWhenDone();
  });
  client.handle(({ method, params }) => {
    if (method === "DataTransfer" && params.messageId === "your turn") setImmediate(ask, client);
    return answers[options.protocol][method](params);
  });
});

async function ask(client) {
  for (const [action, payload] of questions[options.protocol]) await client.call(action, payload);
}

async function listen() {
  let http;
  if (options.cert) {
    http = createServer({ cert: readFileSync(options.cert), key: readFileSync(options.key) });
    http.on("upgrade", server.handleUpgrade);
    await new Promise((listening) => http.listen(0, "127.0.0.1", listening));
  } else {
    http = await server.listen(0, "127.0.0.1");
  }
  say("listening", { port: http.address().port });
}

function leaveWhenDone() {
  if (over && talking.size === 0) process.exit(0);
}

// The test is over, or dead. How the last connections end is still to be said.
process.stdin.resume().on("end", () => {
  over = true;
  leaveWhenDone();
});
listen();
