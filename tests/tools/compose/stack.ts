import type { Connected } from "../../connect.ts";

/** A project of two services, one of which depends on the other. */
export const stack = `
name: shop
services:
  web:
    image: busybox:1.37
    command: [sleep, 1d]
    environment: { LEVEL: info, DB_PASSWORD: hunter3 }
    ports: ["127.0.0.1:8081:80"]
    volumes: ["data:/data"]
    depends_on: [db]
  db:
    image: busybox:1.37
    command: [sleep, 1d]
volumes:
  data: {}
`;

/** The same with another value of one variable. */
export const changed = stack.replace("LEVEL: info", "LEVEL: debug");

/** Brings the project up. */
export async function up({ text }: Pick<Connected, "text">, compose_yaml = stack): Promise<string> {
  return await text("docker_compose_up", { compose_yaml });
}
