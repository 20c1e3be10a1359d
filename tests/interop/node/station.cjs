// A station on ocpp-rpc, strict. It lives a short life, lets the CSMS ask, and closes.
"use strict";

const { readFileSync } = require("fs");
const { RPCClient } = require("ocpp-rpc");
const { answers, deflate, now, options, say, watch } = require("./talk.cjs");

const station = new RPCClient({
  endpoint: options.endpoint,
  identity: options.identity,
  password: options.password,
  protocols: [options.protocol],
  strictMode: true,
  reconnect: false,
  wsOpts: { perMessageDeflate: deflate, ...(options.ca ? { ca: readFileSync(options.ca) } : {}) },
});

const turn = ["DataTransfer", { vendorId: "org.example", messageId: "your turn", data: "Größe 40 ± 2 €".repeat(40) }];
const token = { idToken: "DEADBEEF01", type: "ISO14443" };

const lives = {
  "ocpp1.6": () => [
    ["BootNotification", { chargePointVendor: "Example", chargePointModel: "Made-up Node" }],
    ["StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Available", timestamp: now() }],
    ["Authorize", { idTag: "DEADBEEF01" }],
    ["StartTransaction", { connectorId: 1, idTag: "DEADBEEF01", meterStart: 1000, timestamp: now() }],
    ["MeterValues", { connectorId: 1, transactionId: 17, meterValue: [{ timestamp: now(), sampledValue: [{ value: "1010" }] }] }],
    ["StopTransaction", { transactionId: 17, meterStop: 1020, timestamp: now(), reason: "Local" }],
    turn,
  ],
  "ocpp2.0.1": () => [
    ["BootNotification", { reason: "PowerUp", chargingStation: { vendorName: "Example", model: "Made-up Node" } }],
    ["StatusNotification", { evseId: 1, connectorId: 1, connectorStatus: "Available", timestamp: now() }],
    ["TransactionEvent", event("Started", "Authorized", 0, { evse: { id: 1, connectorId: 1 }, idToken: token })],
    ["TransactionEvent", event("Updated", "ChargingStateChanged", 1)],
    ["TransactionEvent", event("Ended", "StopAuthorized", 2, { idToken: token })],
    turn,
  ],
};

function event(eventType, triggerReason, seqNo, more = {}) {
  return { eventType, triggerReason, seqNo, timestamp: now(), transactionInfo: { transactionId: "made-up-1" }, ...more };
}

async function live() {
  watch(station);
  const asked = new Promise((done) =>
    station.handle(({ method, params }) => {
      if (method === "Reset") done();
      return answers[options.protocol][method](params);
    }),
  );
  await station.connect();
  for (const [action, payload] of lives[options.protocol]()) await station.call(action, payload);
  await asked;
  const { code, reason } = await station.close({ code: 1000, reason: "done", awaitPending: true });
  say("closed", { code, reason });
}

live().catch((error) => {
  say("failed", { error: String(error), status: error.code ?? null });
  process.exitCode = 1;
});
