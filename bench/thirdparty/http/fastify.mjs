import fastifyStatic from "@fastify/static";
import fastify from "fastify";

export default async (root) => {
  const app = fastify();
  app.register(fastifyStatic, { root });
  await app.ready();
  return app.server;
};
