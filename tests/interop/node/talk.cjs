// What both Node parties share: their options, and a line of JSON on stdout for everything that happens.
"use strict";

exports.options = JSON.parse(process.argv[2]);
exports.deflate = exports.options.deflate ? { threshold: 0 } : false; // the package leaves short messages alone by default

exports.say = (event, facts = {}) => process.stdout.write(JSON.stringify({ event, ...facts }) + "\n");

exports.watch = (client) => {
  client.on("message", ({ message, outbound }) => exports.say(outbound ? "sent" : "heard", { text: String(message) }));
  client.on("strictValidationFailure", ({ error }) => exports.say("invalid", { error: String(error) }));
  client.on("badMessage", ({ error }) => exports.say("invalid", { error: String(error) }));
};

const now = () => new Date().toISOString();
exports.now = now;

const accepted = { status: "Accepted" };

// What a CSMS and a station answer, by version and action.
exports.answers = {
  "ocpp1.6": {
    BootNotification: () => ({ status: "Accepted", currentTime: now(), interval: 300 }),
    StatusNotification: () => ({}),
    Authorize: () => ({ idTagInfo: accepted }),
    StartTransaction: () => ({ transactionId: 17, idTagInfo: accepted }),
    MeterValues: () => ({}),
    StopTransaction: () => ({}),
    DataTransfer: () => accepted,
    GetConfiguration: () => ({ configurationKey: [{ key: "HeartbeatInterval", readonly: false, value: "300" }] }),
    Reset: () => accepted,
  },
  "ocpp2.0.1": {
    BootNotification: () => ({ status: "Accepted", currentTime: now(), interval: 300 }),
    StatusNotification: () => ({}),
    TransactionEvent: ({ idToken }) => (idToken ? { idTokenInfo: accepted } : {}),
    DataTransfer: () => accepted,
    GetVariables: ({ getVariableData }) => ({
      getVariableResult: getVariableData.map((asked) => ({ ...asked, attributeStatus: "UnknownVariable" })),
    }),
    Reset: () => accepted,
  },
};

// What the CSMS asks when it is its turn.
exports.questions = {
  "ocpp1.6": [["GetConfiguration", { key: ["HeartbeatInterval"] }], ["Reset", { type: "Soft" }]],
  "ocpp2.0.1": [
    ["GetVariables", { getVariableData: [{ component: { name: "AuthCtrlr" }, variable: { name: "Enabled" } }] }],
    ["Reset", { type: "OnIdle" }],
  ],
};
