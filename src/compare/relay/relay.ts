import { relay as relaySockets } from "../../net/relay.ts";
import type { RelayMechanism } from "./mechanism.ts";

export const relay: RelayMechanism = {
  id: "relay",
  label: "relay",
  description: "await relay(a, b) of zerocopy/net: splice through a pipe, inside the kernel",
  contender: true,
  async join(a, b) {
    const { aToB } = await relaySockets(a, b);
    return aToB.path;
  },
};
