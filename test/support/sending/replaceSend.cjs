// Loaded first (`node -r`): whoever asks for npm `send`, of whatever version, gets npm send 1.x, or
// ours when SEND=ours.
"use strict";
const Module = require("node:module");

const load = Module._load;
const isOurs = process.env.SEND === "ours";
const send = isOurs ? require("zerocopy/http").send : require("send");

Module._load = function (request, ...others) {
  return request === "send" ? send : Reflect.apply(load, this, [request, ...others]);
};
