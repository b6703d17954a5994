/** A Compose file of so many services as people write them: each with variables, a port, a volume and networks. */
export function manyServices(count: number): string {
  const services = Array.from({ length: count }, (_, i) =>
    `  service${i}:
    image: registry.example.com/team/service${i % 20}:1.${i}
    restart: unless-stopped
    environment:
      LOG_LEVEL: info
      DATABASE_URL: postgres://shop@db${i}:5432/shop
      REGION: \${REGION:-eu-west-1}
    ports:
      - "127.0.0.1:${10_000 + i}:80"
    volumes:
      - data${i % 50}:/data
    networks: [front, back]${i === 0 ? "" : `\n    depends_on: [service${i - 1 - i % 7 % i}]`}
`);
  const volumes = Array.from({ length: Math.min(count, 50) }, (_, i) => `  data${i}:\n`);
  return `services:\n${services.join("")}networks:\n  front:\n  back:\nvolumes:\n${volumes.join("")}`;
}

/** A Compose file of so many services that run `image`, half of which wait for another one to be started. */
export function sleepingServices(count: number, image: string): string {
  const services = Array.from({ length: count }, (_, i) =>
    `  service${i}:
    image: ${image}
    command: sleep 100000
    stop_signal: SIGKILL
    environment: {LOG_LEVEL: info, NUMBER: "${i}"}
    labels: {com.example.team: shop}
    volumes: ["data:/data"]
${i % 2 === 0 ? "" : `    depends_on: [service${i - 1}]\n`}`);
  return `services:\n${services.join("")}volumes:\n  data:\n`;
}
